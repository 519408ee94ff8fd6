"""The faults of calls to Telnyx: all kinds at a low rate, and periods in which one kind alone is frequent."""

import asyncio
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.faults import CALLS
from tools.chaos.installation import TELNYX_TIMEOUT
from tools.chaos.plan import Fault, FaultKind
from tools.demo.telnyx_side import TelnyxSide

RATE = 0.25
"""Above the fifth of all calls that should fail, because a slow, stale or shuffled answer fails no call."""
DELAYS = (0.3, TELNYX_TIMEOUT + 0.8)
"""Seconds, from and to, of slow answers, late commits, stale lists and late webhooks. A third exceeds our timeout."""
LATE = (TELNYX_TIMEOUT + 4.0, TELNYX_TIMEOUT + 7.5)
"""Seconds, from and to, after which an order appears: after the retries that would follow without a quarantine."""
KINDS = (
    *("reset", "slow", "timeout_after_commit", "late_commit") * 2,
    *("500", "502", "503", "504", "408", "429", "409", "422"),
    *("page_200", "page_403", "page_404", "json_407"),
    *("subset_create", "empty_create") * 6,  # these hit one kind of call only
    *("stale_list", "shuffled_list") * 12,  # and these a rare one: a listing serves many creates
    *("drop_webhook", "duplicate_webhook", "reorder_webhook"),
)
"""The kinds that may occur at any time. A kind that is listed twice occurs twice as often.

The program believes Telnyx's 404 after a deletion, so 404 has its own periods, without deletions."""


@dataclass(frozen=True)
class FaultPeriod:
    """A period in which one kind of fault occurs alone."""

    kind: str
    rate: float = 1.0
    hits: int = 1
    """Calls that the fault should hit before the period ends. It must hit one."""
    options: Mapping[str, Any] = field(default_factory=dict)


_BUT_DELETE = [call for call in CALLS if call != "delete"]
_POLLS, _POLLS_EVERY = 120, 0.5


def period_of(fault: Fault) -> FaultPeriod:
    """The period that a planned fault of Telnyx means."""
    match fault.kind:
        case FaultKind.LATE_ORDER:
            return FaultPeriod("late_commit", hits=4, options={"calls": ["create"], "delay": LATE})
        case FaultKind.NOT_FOUND:
            return FaultPeriod("404", rate=0.3, options={"calls": _BUT_DELETE})
    return FaultPeriod(str(fault.number), options={"times": 2})  # the first stops the account


TELNYX_KINDS = frozenset({FaultKind.LATE_ORDER, FaultKind.NOT_FOUND, FaultKind.ACCOUNT})
ALL_KINDS = frozenset({*KINDS, "404", "401", "403"})
"""Every kind that occurs in a run."""


class TelnyxFaults:
    """Sets the faults of the simulator. Each change restarts its random numbers, so each gets its own seed."""

    def __init__(self, telnyx: TelnyxSide, seed: int) -> None:
        self._telnyx = telnyx
        self._seeds = itertools.count(seed * 1000)
        self._one_at_a_time = asyncio.Lock()

    async def set_usual(self) -> None:
        """Let every kind occur at its usual rate."""
        await self._set(*KINDS, rate=RATE, delay=DELAYS)

    async def clear(self) -> None:
        """End all faults."""
        async with self._one_at_a_time:
            await asyncio.to_thread(self._telnyx.faults)

    async def inject(self, fault: Fault) -> bool:
        """Let one kind occur alone until it has hit some calls. Returns whether it hit any."""
        period = period_of(fault)
        async with self._one_at_a_time:
            before = await self._count(period.kind)
            await self._set(period.kind, rate=period.rate, **period.options)
            await asyncio.sleep(fault.lasts)
            await self._until_hit(period, before)
            await self.set_usual()
            return await self._count(period.kind) > before

    async def _until_hit(self, period: FaultPeriod, before: int) -> None:
        for _ in range(_POLLS):
            if await self._count(period.kind) - before >= period.hits:
                return
            await asyncio.sleep(_POLLS_EVERY)

    async def _count(self, kind: str) -> int:
        return (await asyncio.to_thread(self._telnyx.fault_counts)).get(kind, 0)

    async def _set(self, *kinds: str, **options: object) -> None:
        await asyncio.to_thread(self._telnyx.faults, *kinds, seed=next(self._seeds), **options)
