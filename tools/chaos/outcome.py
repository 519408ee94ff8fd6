"""Whether a run passed: nothing is wrong, and enough was done to the installation to mean something."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tools.chaos.judge import Judgement
from tools.chaos.people import BY_SIGNAL
from tools.chaos.plan import Plan
from tools.chaos.recovery import Recovery
from tools.chaos.tally import Tally
from tools.chaos.telnyx_faults import ALL_KINDS

_LARGE = 200
"""Requests from which on every kind of fault strikes, and every kind of person is among them."""
_FAILS_AT_LEAST = 0.15
_ERROR = 400


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    plan: Plan
    tally: Tally
    judgement: Judgement
    worst: Recovery | None
    """After something was back."""
    worst_after_death: Recovery | None
    struck: Counter[str]
    """How often each kind of fault struck."""
    share_failed: float
    """Of the calls in the storm, those that got no answer or were refused."""
    seconds: float

    @property
    def nothing_happened(self) -> list[str]:
        """What should have been done to the installation and was not."""
        wanted = {str(strike.blow): self.tally.blows[strike.blow] for strike in self.plan.strikes}
        wanted |= {"fault of a Telnyx call": self.struck.total(), "answered ask": self.tally.answers.total()}
        if len(self.plan.requests) >= _LARGE:
            wanted |= {f"fault {kind}": self.struck[kind] for kind in sorted(ALL_KINDS)}
            wanted["code by a bare signal"] = self.tally.answers[BY_SIGNAL]
            wanted[f"storm in which {_FAILS_AT_LEAST:.0%} of the calls fail"] = self.share_failed >= _FAILS_AT_LEAST
        return [f"no {what} took place" for what, count in wanted.items() if not count]

    @property
    def passed(self) -> bool:
        """All that has to be zero is, and enough was done to mean something."""
        return not self.judgement.cases and not self.nothing_happened


def share_failed(calls: Sequence[Mapping[str, Any]], until: datetime) -> float:
    """The share of calls before an instant that got no answer or were refused, by a fault or rightly."""
    statuses: list[int | None] = [call["status"] for call in calls if datetime.fromisoformat(call["at"]) < until]
    return sum(status is None or status >= _ERROR for status in statuses) / max(len(statuses), 1)
