"""The looks at an order during a review of days, by the delays of the design. A test plays the same in skipped time."""

from dataclasses import dataclass

from domain import delays
from tools.bench import peer_worker
from tools.bench.results import Counts, Design

THREE_DAYS = 3 * 86_400.0
SHORTEST_LONGEST_POLL = delays.LONGEST_POLL * delays.SHORTEST_OF_LONGEST
"""The longest pause of the order that is looked at most often."""


@dataclass(frozen=True)
class Pace:
    """How a design looks at an order: the pause after its first look, doubled each time up to the longest."""

    first: float
    longest: float

    def looks(self, seconds: float) -> int:
        """How often an order is looked at in so many seconds, the first time at once."""
        count, pause, at = 1, self.first, self.first
        while at <= seconds:
            pause = min(pause * 2, self.longest)
            count, at = count + 1, at + pause
        return count


def paces() -> dict[str, Pace]:
    """The designs that look at an order by themselves."""
    return {
        "ours": Pace(delays.FIRST_POLL, SHORTEST_LONGEST_POLL),
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
    retries = pace.looks(seconds) - 1
    return design.counts.total_actions + retries * design.look.total_actions - max(retries - 1, 0) * _noted(design.look)


def _noted(look: Counts) -> int:
    """The heartbeats of a look. While nothing changes no look repeats the note of the first one."""
    return look.actions.get("grpc_RecordActivityTaskHeartbeat", 0)
