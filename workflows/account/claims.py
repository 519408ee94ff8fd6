"""Which request holds which number of an account: one number, one live request.

Claims are never released. A request that finds a claim in its way checks whether the holder still runs, and names the
claim void if not. So nothing depends on a terminated request cleaning up.

Only fingerprints are known here. A claim moves when another run takes it. What the earlier run sent to Telnyx may then
still be on its way, for a little longer than an attempt to order may take.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import accumulate, islice
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
        """The way back from a number to its request is not carried, since it follows from the holders."""
        self._reference_of = {fp: reference for reference, held in self.holders.items() for fp in held.fingerprints}

    @property
    def numbers(self) -> int:
        """How many numbers are claimed."""
        return len(self._reference_of)

    def needs_room(self, claim: Claim) -> bool:
        """Whether a claim is about a number that no request holds yet."""
        return any(fingerprint not in self._reference_of for fingerprint in claim.fingerprints)

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
        ago = at - held.moved
        moved_at = now - timedelta(seconds=ago) if held.moved and ago < _RECENT else None
        return ClaimResult(granted=not theirs, holders=theirs, moved=moved_at is not None, moved_at=moved_at)

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

    def stale_claims(self, now: datetime, characters: int, after: str = "") -> list[str]:
        """References whose last claim is long ago: these requests may be closed.

        Args:
            now: the present time.
            characters: how many they have together at most.
            after: the last one of the look before. This one goes on behind it.
        """
        limit = int(now.timestamp()) - _RECENT
        stale = sorted(reference for reference, held in self.holders.items() if held.at <= limit)
        first = bisect_right(stale, after)
        in_turn = [*stale[first:], *stale[:first]]
        lengths = accumulate(map(len, in_turn))
        return [reference for reference, length in zip(in_turn, lengths, strict=True) if length <= characters]

    def forget(self, closed: Iterable[str], now: datetime) -> None:
        """Drop the claims of closed requests, unless they were started again and claimed meanwhile."""
        limit = int(now.timestamp()) - _RECENT
        for reference in closed:
            if (held := self.holders.get(reference)) is not None and held.at <= limit:
                del self.holders[reference]
        self.model_post_init(None)

    def lists(self, now: datetime) -> list[list[str]]:
        """All claims as lists of texts, for the next run. Of claims of long ago, only who has which number."""
        limit = int(now.timestamp()) - _RECENT
        references = sorted(self.holders)
        held = [self.holders[reference] for reference in references]
        left = sorted((fingerprint, at) for fingerprint, at in self.left.items() if at > limit)
        return [
            references,
            [str(len(one.fingerprints)) for one in held],
            [fingerprint for one in held for fingerprint in one.fingerprints],
            [one.run if one.at > limit else "" for one in held],
            [str(one.at) if one.at > limit else "0" for one in held],
            [str(one.moved) if one.at > limit else "0" for one in held],
            [fingerprint for fingerprint, _ in left],
            [str(at) for _, at in left],
        ]

    def fill(self, lists: Sequence[Sequence[str]]) -> None:
        """Take over the claims that `lists` gave."""
        references, counts, fingerprints, runs, times, moves, left, left_at = lists
        rest = iter(fingerprints)
        rows = zip(references, counts, runs, times, moves, strict=True)
        self.holders = {
            reference: Holder(list(islice(rest, int(number))), run, int(at), int(moved))
            for reference, number, run, at, moved in rows
        }
        self.left = dict(zip(left, map(int, left_at), strict=True))
        self.model_post_init(None)
