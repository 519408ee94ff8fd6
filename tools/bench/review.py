"""The looks at an order during a review of days, by the delays of the design. A test plays the same in skipped time."""

from dataclasses import dataclass

from domain import delays
from runtime.settings import Settings
from tools.bench import peer_worker
from tools.bench.results import Design

THREE_DAYS = 3 * 86_400.0


@dataclass(frozen=True)
class Pace:
    """How a design looks at an order: the pause after its first look, doubled each time up to the longest."""

    first: float
    longest: float

    def looks(self, seconds: float) -> int:
        """How often an order is looked at in so many seconds, the first time at once."""
        count, at = 1, self.first
        while at <= seconds:
            count += 1
            at += delays.double_each_attempt(self.first, count, self.longest)
        return count


def paces() -> dict[str, Pace]:
    """The designs that look at an order by themselves."""
    return {
        "ours": Pace(delays.FIRST_POLL, Settings.model_fields["poll_interval"].default),
        "peer": Pace(peer_worker.FIRST_POLL, peer_worker.LONGEST_POLL),
    }


def actions_of_review(name: str, design: Design, seconds: float = THREE_DAYS) -> int | None:
    """The actions of a request whose review takes so long; None if they were not counted.

    A request without problems has the first look already, and the one that the last webhook asks for.
    """
    if design.counts is None:
        return None
    pace = paces().get(name)
    if pace is None:
        return design.counts.total_actions
    if design.look is None:
        return None
    return design.counts.total_actions + (pace.looks(seconds) - 1) * design.look.total_actions
