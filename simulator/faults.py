"""Which calls fail, and how: drawn with a seed, so that a run can be repeated.

Every call has its own sequence of draws. So the tenth `create` of a run meets the same fault, no matter which other
calls came in between.
"""

import random
from collections import Counter
from dataclasses import dataclass

CALLS = (
    "eligibility",
    "create",
    "list",
    "get",
    "delete",
    "request_codes",
    "submit_codes",
    "upload",
    "hosted_numbers",
    "profile",
    "transfer",
)
"""The names of the calls that faults can be limited to."""

ANY_CALL_KINDS = frozenset({"reset", "slow", "timeout_after_commit", "late_commit"})
LIST_KINDS = frozenset({"stale_list", "shuffled_list"})
CREATE_KINDS = frozenset({"subset_create", "empty_create"})
WEBHOOK_KINDS = frozenset({"drop_webhook", "duplicate_webhook", "reorder_webhook"})
NAMED_KINDS = ANY_CALL_KINDS | LIST_KINDS | CREATE_KINDS | WEBHOOK_KINDS
STRANGER_FORMS = ("page", "json", "blank")
"""What someone between the client and Telnyx answers with: an HTML page, its own JSON, nothing. `page_403` is a kind:
a form and the HTTP status, 200 included."""
WEBHOOK = "webhook"
"""The name of the sequence of draws for webhooks."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What fails from now on.

    Attributes:
        kinds: the kinds of faults to choose from; empty means no faults.
        rate: the share of calls that fail, 0 to 1.
        seed: of the draws.
        delay: seconds, for the kinds that wait; each kind has a default. Two numbers are the bounds between which each
            fault draws its own delay.
        pointer: the part of the request that a 4xx names.
        calls: the calls that may fail; empty means all.
        times: how many faults there are at most; None means no limit.
    """

    kinds: tuple[str, ...] = ()
    rate: float = 1.0
    seed: int = 1
    delay: float | tuple[float, float] | None = None
    pointer: str = ""
    calls: frozenset[str] = frozenset()
    times: int | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. `coin` decides what its kind leaves open: whether it comes before or after the work."""

    kind: str
    delay: float | None
    pointer: str
    coin: bool


class Faults:
    """The present plan, and the draws made from it so far."""

    def __init__(self) -> None:
        self.plan = Plan()
        self.drawn = 0
        self.counts: Counter[str] = Counter()
        """How often each kind has happened so far, under all plans together."""
        self._random: dict[str, random.Random] = {}

    def replace(self, plan: Plan) -> None:
        """Replace the plan, and start its draws from the beginning."""
        self.plan = plan
        self.drawn = 0
        self._random.clear()

    def draw(self, call: str) -> Fault | None:
        """Draw the fault of this call, if it has one."""
        plan = self.plan
        kinds = [kind for kind in plan.kinds if _fits(kind, call)]
        if not kinds or (plan.calls and call != WEBHOOK and call not in plan.calls) or self._spent():
            return None
        dice = self._dice(call)
        if dice.random() >= plan.rate:
            return None
        self.drawn += 1
        kind, coin = dice.choice(kinds), dice.random() < 0.5  # noqa: PLR2004 - a coin
        delay = dice.uniform(*plan.delay) if isinstance(plan.delay, tuple) else plan.delay
        fault = Fault(kind, delay, plan.pointer, coin=coin)
        self.counts[fault.kind] += 1
        return fault

    def _spent(self) -> bool:
        return self.plan.times is not None and self.drawn >= self.plan.times

    def _dice(self, call: str) -> random.Random:
        if call not in self._random:
            self._random[call] = random.Random(f"{self.plan.seed}:{call}")  # noqa: S311 - repeatable on purpose
        return self._random[call]


def _fits(kind: str, call: str) -> bool:
    if kind in WEBHOOK_KINDS:
        return call == WEBHOOK
    if kind in LIST_KINDS:
        return call == "list"
    if kind in CREATE_KINDS:
        return call == "create"
    return call != WEBHOOK
