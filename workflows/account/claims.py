"""Which request holds which number of an account: one number, one live request.

Claims are never released. Whoever finds one in the way looks whether its request still runs, and names it void if not;
so nothing depends on a request that was terminated having tidied up.

Only fingerprints are known here. A claim moves when another run takes it: what the run before sent to Telnyx may then
still be on its way, for as long as an attempt to order may take and then some.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from pydantic import BaseModel, PrivateAttr

from domain.accounts import Claim, ClaimResult

FRESH = int(timedelta(hours=1).total_seconds())
"""Longer than any attempt to order lives; what was claimed before has arrived by now, or never will."""
_RUN = 12
"""Characters that tell runs apart; the first ones of a run id are made of the time and may be equal."""


class Holder(NamedTuple):
    """What a request holds; kept short, since an account may have tens of thousands of numbers."""

    fingerprints: list[str]
    run: str = ""
    at: int = 0
    """When that run claimed last, in seconds since 1970; 0 when it is long ago."""
    moved: int = 0
    """When that run took a number over from another one that had claimed it a moment before."""


class Claims(BaseModel):
    """The claims of an account's requests, by reference."""

    holders: dict[str, Holder] = {}
    left: dict[str, int] = {}
    """When a number was last claimed by a run that its request has replaced."""
    _reference_of: dict[str, str] = PrivateAttr(default_factory=dict)

    def model_post_init(self, _context: Any) -> None:
        """The way back from a number to its request is not carried, it would double the size."""
        self._reference_of = {fp: reference for reference, held in self.holders.items() for fp in held.fingerprints}

    @property
    def numbers(self) -> int:
        """How many numbers are claimed."""
        return len(self._reference_of)

    def take(self, claim: Claim, now: datetime) -> ClaimResult:
        """Give a request what no other live request holds, and name who holds the rest."""
        at, run = int(now.timestamp()), claim.workflow_run_id[-_RUN:]
        others = {fp: self._reference_of.get(fp, claim.reference) for fp in claim.fingerprints}
        theirs = {fp: ref for fp, ref in others.items() if ref not in {claim.reference, *claim.void}}
        free = [fp for fp in claim.fingerprints if fp not in theirs]
        moved = [self._may_be_on_its_way(fp, claim.reference, run, at) for fp in free]
        self._take_from_closed(free, claim.reference)
        self._hold(claim.reference, free, run, at)
        # Said again for an hour, since the answer that said it first may have been lost on its way.
        held = self.holders.get(claim.reference, Holder([]))
        held = held._replace(moved=at if any(moved) else held.moved)
        if held.fingerprints:
            self.holders[claim.reference] = held
        return ClaimResult(granted=not theirs, holders=theirs, moved=bool(held.moved) and at - held.moved < FRESH)

    def _may_be_on_its_way(self, fingerprint: str, reference: str, run: str, now: int) -> bool:
        holder = self.holders.get(self._reference_of.get(fingerprint, reference))
        by_another = holder is not None and fingerprint in holder.fingerprints and holder.run != run
        last = max(self.left.pop(fingerprint, 0), holder.at if holder is not None and by_another else 0)
        return bool(last) and now - last < FRESH

    def _take_from_closed(self, fingerprints: list[str], reference: str) -> None:
        for other in {self._reference_of.get(fp, reference) for fp in fingerprints} - {reference}:
            holder = self.holders[other]
            kept = [fp for fp in holder.fingerprints if fp not in fingerprints]
            self.holders[other] = holder._replace(fingerprints=kept)
            if not kept:
                del self.holders[other]

    def _hold(self, reference: str, fingerprints: list[str], run: str, at: int) -> None:
        held = self.holders.get(reference, Holder([]))
        if held.at and held.run != run:
            self.left.update({fp: held.at for fp in held.fingerprints if fp not in fingerprints})
        if fingerprints:
            moved = held.moved if held.run == run else 0
            self.holders[reference] = Holder(list(dict.fromkeys([*held.fingerprints, *fingerprints])), run, at, moved)
            self._reference_of.update(dict.fromkeys(fingerprints, reference))

    # Before continuing as new

    def settled(self, now: datetime, at_most: int) -> list[str]:
        """References whose last claim is long ago, the oldest first: those may be over."""
        limit = int(now.timestamp()) - FRESH
        return [reference for reference, held in self.holders.items() if held.at <= limit][:at_most]

    def forget(self, closed: Iterable[str], looked_at: Iterable[str], now: datetime) -> None:
        """Drop the claims of closed requests; the others that were looked at come last the next time."""
        over, settled = set(closed), set(self.settled(now, len(self.holders)))
        for reference in set(looked_at) & settled:
            held = self.holders.pop(reference)
            if reference not in over:
                self.holders[reference] = Holder(held.fingerprints)
        limit = int(now.timestamp()) - FRESH
        self.left = {fp: at for fp, at in self.left.items() if at > limit}
        self.model_post_init(None)
