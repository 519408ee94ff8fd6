"""Whether a run passed: nothing is wrong, and enough faults occurred for that to prove something."""

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
"""Number of requests from which on every kind of fault and every kind of behavior must occur."""
_FAILS_AT_LEAST = 0.15
_ERROR = 400


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    plan: Plan
    tally: Tally
    judgement: Judgement
    worst: Recovery | None
    """The longest wait after something was back."""
    worst_after_death: Recovery | None
    fault_counts: Counter[str]
    """How often each kind of fault of a Telnyx call occurred."""
    share_failed: float
    """Of the calls in the fault_seconds, those that got no answer or were refused."""
    seconds: float

    @property
    def missing(self) -> list[str]:
        """What should have occurred and did not, as sentences."""
        wanted = {str(fault.kind): self.tally.faults[fault.kind] for fault in self.plan.faults}
        wanted |= {"fault of a Telnyx call": self.fault_counts.total(), "answered ask": self.tally.answers.total()}
        if len(self.plan.requests) >= _LARGE:
            wanted |= {f"fault {kind}": self.fault_counts[kind] for kind in sorted(ALL_KINDS)}
            wanted["code by a signal"] = self.tally.answers[BY_SIGNAL]
            wanted[f"failure of {_FAILS_AT_LEAST:.0%} of the calls"] = self.share_failed >= _FAILS_AT_LEAST
        return [f"no {what} occurred" for what, count in wanted.items() if not count]

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong and nothing is missing."""
        return not self.judgement.cases and not self.missing


def share_failed(calls: Sequence[Mapping[str, Any]], until: datetime) -> float:
    """The share of calls before an instant that got no answer or were refused, by a fault or for a good reason."""
    statuses: list[int | None] = [call["status"] for call in calls if datetime.fromisoformat(call["at"]) < until]
    return sum(status is None or status >= _ERROR for status in statuses) / max(len(statuses), 1)
