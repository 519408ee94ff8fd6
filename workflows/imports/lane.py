"""Where an import stands in the plan of one Telnyx account: what comes next, and what became of what was tried."""

from datetime import datetime, timedelta

from pydantic import BaseModel, Field

from domain import delays
from domain.free_text import Sentences
from domain.imports import BATCH, PAGE, AccountImport, ImportLane, RecentStart, StartedRows

_SEEN_AFTER = timedelta(seconds=delays.VISIBLE_WITHIN)


class Batch(BaseModel):
    """Lines of one page that are tried together. `again`: a service did not answer for them before."""

    page: int
    lines: list[int]
    again: bool = False


class Lane(BaseModel):
    """The requests of one account. `carry` holds it, so a new field has a default."""

    cursor: int = 0
    """Lines before it were tried."""
    waiting: list[int] = Field(default_factory=list)
    """Lines before the cursor for which a service did not answer."""
    attempts: int = 0
    """How often in a row nothing was answered."""
    try_at: datetime | None = None
    """When the waiting lines are tried again."""
    because: Sentences = ""
    started: int = 0
    already: int = 0
    failed: int = 0
    under_way: int = 0
    recent: list[RecentStart] = Field(default_factory=list)

    @property
    def done(self) -> int:
        """Rows that need nothing more."""
        return self.started + self.already + self.failed

    def is_open(self, lane: ImportLane) -> bool:
        """Whether rows are left."""
        return self.cursor < lane.requests or bool(self.waiting)

    def next_batch(self, lane: ImportLane, now: datetime) -> Batch | None:
        """What to try now; None while everything that is left waits for `try_at`.

        Lines that wait do not keep the others from being started, unless many wait: then a service is down.
        """
        if self.waiting and (self.try_at is None or self.try_at <= now):
            page = self.waiting[0] // PAGE
            return Batch(page=page, lines=[at % PAGE for at in self.waiting if at // PAGE == page][:BATCH], again=True)
        if self.cursor < lane.requests and len(self.waiting) < BATCH:
            page, first = divmod(self.cursor, PAGE)
            last = min(first + BATCH, PAGE, first + lane.requests - self.cursor)
            return Batch(page=page, lines=list(range(first, last)))
        return None

    def take(self, batch: Batch, found: StartedRows, now: datetime) -> None:
        """Remember what became of a batch."""
        tried, base = batch.lines[: found.tried], batch.page * PAGE
        unanswered = [base + line for line in found.unanswered]
        if batch.again:
            gone = {base + line for line in tried}
            self.waiting = [at for at in self.waiting if at not in gone] + unanswered
        else:
            self.cursor += len(tried)
            self.waiting += unanswered
        self.started += found.started
        self.already += found.already
        self.failed += len(found.failed)
        self.under_way, self.because = found.under_way, (found.because or self.because) if self.waiting else ""
        self._remember_starts(found.started, now)
        self._wait_longer(answered=len(unanswered) < len(tried), now=now)

    def _remember_starts(self, started: int, now: datetime) -> None:
        self.recent = [one for one in self.recent if one.at > now - _SEEN_AFTER]
        if started:
            self.recent.append(RecentStart(at=now, requests=started))

    def _wait_longer(self, *, answered: bool, now: datetime) -> None:
        """Try what waits again later: after a pause that doubles for as long as nothing is answered."""
        self.attempts = 0 if answered else self.attempts + 1
        pause = delays.double_each_attempt(delays.FIRST_RETRY, max(self.attempts, 1), delays.LONGEST_IMPORT_RETRY)
        self.try_at = now + timedelta(seconds=pause) if self.waiting else None

    def view(self, lane: ImportLane) -> AccountImport:
        """The lane as people see it."""
        return AccountImport(
            account=lane.account,
            requests=lane.requests,
            done=self.done,
            waiting=len(self.waiting),
            because=self.because,
            under_way=self.under_way,
        )
