"""What goes wrong with calls of Telnyx: the usual faults, and spells in which one trouble comes thick."""

import asyncio
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.faults import CALLS
from tools.chaos.installation import TELNYX_TIMEOUT
from tools.chaos.plan import Blow, Strike
from tools.demo.telnyx_side import TelnyxSide

RATE = 0.25
"""More than the fifth of all calls that is to fail: an answer that is slow, stale or disordered fails no call."""
DELAYS = (0.3, TELNYX_TIMEOUT + 0.8)
"""Seconds of slow answers, late commits, stale lists and late webhooks: a third of them outlasts our patience."""
LATE = (TELNYX_TIMEOUT + 4.0, TELNYX_TIMEOUT + 7.5)
"""Seconds after which an order arrives late: after the try that would follow without a quarantine, also the second."""
KINDS = (
    *("reset", "slow", "timeout_after_commit", "late_commit") * 2,
    *("500", "502", "503", "504", "408", "429", "409", "422"),
    *("stale_list", "shuffled_list", "subset_create", "empty_create") * 3,  # only one kind of call can meet them
    *("drop_webhook", "duplicate_webhook", "reorder_webhook"),
)
"""What goes wrong all the time; what stands here twice comes twice as often. A 409 and a 422 are believed, and asked
about; a 404 after a deletion would be believed too, so it has spells of its own."""


@dataclass(frozen=True)
class Spell:
    """One trouble alone, for a while."""

    kind: str
    rate: float = 1.0
    meets: int = 1
    """Calls that should meet it, if that many come; one must."""
    options: Mapping[str, Any] = field(default_factory=dict)


_BUT_DELETE = [call for call in CALLS if call != "delete"]
_LOOKS, _LOOKS_EVERY = 120, 0.5


def spell_of(strike: Strike) -> Spell:
    """What a blow against Telnyx's answers is."""
    match strike.blow:
        case Blow.LATE_ORDER:
            return Spell("late_commit", meets=4, options={"calls": ["create"], "delay": LATE})
        case Blow.NOT_FOUND:
            return Spell("404", rate=0.3, options={"calls": _BUT_DELETE})
    return Spell(str(strike.figure), options={"times": 2})  # one refused call stops the account, more change nothing


SPELLS = frozenset({Blow.LATE_ORDER, Blow.NOT_FOUND, Blow.ACCOUNT})
ALL_KINDS = frozenset({*KINDS, "404", "401", "403"})
"""Every kind that strikes in a run."""


class Weather:
    """The faults in force; the draws begin anew with each change, so each has a seed of its own."""

    def __init__(self, telnyx: TelnyxSide, seed: int) -> None:
        self._telnyx = telnyx
        self._seeds = itertools.count(seed * 1000)
        self._spell = asyncio.Lock()

    async def usual(self) -> None:
        """Faults of every kind."""
        await self._set(*KINDS, rate=RATE, delay=DELAYS)

    async def calm(self) -> None:
        """Nothing goes wrong any more."""
        async with self._spell:
            await asyncio.to_thread(self._telnyx.faults)

    async def spell(self, strike: Strike) -> bool:
        """One trouble alone, until some call has met it; whether one did."""
        spell = spell_of(strike)
        async with self._spell:
            before = await self._struck(spell.kind)
            await self._set(spell.kind, rate=spell.rate, **spell.options)
            await asyncio.sleep(strike.lasts)
            await self._until_met(spell, before)
            await self.usual()
            return await self._struck(spell.kind) > before

    async def _until_met(self, spell: Spell, before: int) -> None:
        for _ in range(_LOOKS):
            if await self._struck(spell.kind) - before >= spell.meets:
                return
            await asyncio.sleep(_LOOKS_EVERY)

    async def _struck(self, kind: str) -> int:
        return (await asyncio.to_thread(self._telnyx.struck)).get(kind, 0)

    async def _set(self, *kinds: str, **options: object) -> None:
        await asyncio.to_thread(self._telnyx.faults, *kinds, seed=next(self._seeds), **options)
