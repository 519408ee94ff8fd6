"""Which request holds which number of an account: one number, one live request.

Claims are never released. A request that finds a claim in its way checks whether the holder still runs, and names the
claim void if not. So nothing depends on a terminated request cleaning up.

Only fingerprints are known here. A claim moves when another run takes it. What the earlier run sent to Telnyx may then
still be on its way, for a little longer than an attempt to order may take.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import BaseModel, PrivateAttr

from domain.accounts import Claim, ClaimResult
from domain.freshness import CLAIM_IS_RECENT_FOR

_RECENT = int(CLAIM_IS_RECENT_FOR.total_seconds())
_RUN = 12
"""The last characters of a run id tell runs apart. The first ones are made of the time and may be equal."""


class Holder(NamedTuple):
    """What a request holds. It is kept short, since an account may have tens of thousands of numbers."""

    fingerprints: list[str]
    run: str = ""
    at: int = 0
    """When that run claimed last, in seconds since 1970; 0 when that is long ago."""
    moved: int = 0
    """When that run took a number from another run that had claimed it just before."""


class Claims(BaseModel):
    """The claims of an account's requests, by reference."""

    holders: dict[str, Holder] = {}
    left: dict[str, int] = {}
    """When a number was last claimed by a run that its request has replaced."""
    _reference_of: dict[str, str] = PrivateAttr(default_factory=dict)

    def model_post_init(self, _context: Any) -> None:
        """The way back from a number to its request is not carried, since it would double the size."""
        self._reference_of = {fp: reference for reference, held in self.holders.items() for fp in held.fingerprints}

    @property
    def numbers(self) -> int:
        """How many numbers are claimed."""
        return len(self._reference_of)

    def take(self, claim: Claim, now: datetime) -> ClaimResult:
        """Give a request the numbers that no other live request holds, and name the holders of the rest."""
        at, run = int(now.timestamp()), claim.workflow_run_id[-_RUN:]
        others = {fp: self._reference_of.get(fp, claim.reference) for fp in claim.fingerprints}
        theirs = {fp: ref for fp, ref in others.items() if ref not in {claim.reference, *claim.void}}
        free = [fp for fp in claim.fingerprints if fp not in theirs]
        moved = [self._may_be_on_its_way(fp, claim.reference, run, at) for fp in free]
        self._take_from_closed(free, claim.reference)
        self._hold(claim.reference, free, run, at)
        # Repeated for an hour, since the first answer that said so may have been lost.
        held = self.holders.get(claim.reference, Holder([]))
        held = held._replace(moved=at if any(moved) else held.moved)
        if held.fingerprints:
            self.holders[claim.reference] = held
        return ClaimResult(granted=not theirs, holders=theirs, moved=bool(held.moved) and at - held.moved < _RECENT)

    def _may_be_on_its_way(self, fingerprint: str, reference: str, run: str, now: int) -> bool:
        holder = self.holders.get(self._reference_of.get(fingerprint, reference))
        by_another = holder is not None and fingerprint in holder.fingerprints and holder.run != run
        last = max(self.left.pop(fingerprint, 0), holder.at if holder is not None and by_another else 0)
        return bool(last) and now - last < _RECENT

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

    def stale_claims(self, now: datetime, at_most: int) -> list[str]:
        """References whose last claim is long ago, the oldest first: these requests may be closed."""
        limit = int(now.timestamp()) - _RECENT
        return [reference for reference, held in self.holders.items() if held.at <= limit][:at_most]

    def forget(self, closed: Iterable[str], looked_at: Iterable[str], now: datetime) -> None:
        """Drop the claims of closed requests. The others that were looked at come last the next time."""
        over, stale = set(closed), set(self.stale_claims(now, len(self.holders)))
        for reference in set(looked_at) & stale:
            held = self.holders.pop(reference)
            if reference not in over:
                self.holders[reference] = Holder(held.fingerprints)
        limit = int(now.timestamp()) - _RECENT
        self.left = {fp: at for fp, at in self.left.items() if at > limit}
        self.model_post_init(None)
