"""What an import knows of itself: a place in each account's plan, what failed, whether it is paused, and its pace."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import BaseModel, Field

from domain.free_text import Sentences
from domain.imports import (
    MOST_FAILURES,
    FailedRow,
    ImportLane,
    ImportProgress,
    ImportStatus,
    OpenImport,
    StartedRows,
)
from domain.messages import Event
from domain.printable import LONGEST_NAME
from workflows.imports.lane import Batch, Lane

_MOST_EVENTS = 50
_MARKS, _BETWEEN_MARKS = 6, timedelta(minutes=1)


class Mark(BaseModel):
    """How many rows were done at an instant."""

    at: datetime
    done: int


class ImportState(BaseModel):
    """The state of one import. It is also the `carry` of its next run, so a new field has a default."""

    begun: datetime
    lanes: list[Lane]
    paused: bool = False
    stopped: bool = False
    because: Sentences = ""
    failures: list[FailedRow] = Field(default_factory=list)
    marks: list[Mark] = Field(default_factory=list)
    """The pace is measured between the oldest of them and now. A pause clears them."""
    events: list[Event] = Field(default_factory=list)

    @classmethod
    def of(cls, given: OpenImport, now: datetime) -> "ImportState":
        """The state with which a run begins."""
        if given.carry is not None:
            return cls.model_validate(given.carry)
        return cls(begun=now, lanes=[Lane() for _ in given.lanes], marks=[Mark(at=now, done=0)])

    @property
    def done(self) -> int:
        """Rows that need nothing more."""
        return sum(lane.done for lane in self.lanes)

    def take(self, lane: Lane, batch: Batch, found: StartedRows, now: datetime) -> None:
        """Remember what became of a batch. Too many failures end the import."""
        lane.take(batch, found, now)
        self.failures += found.failed
        if not self.marks or self.marks[-1].at <= now - _BETWEEN_MARKS:
            self.marks = [*self.marks[1 - _MARKS :], Mark(at=now, done=self.done)]
        if len(self.failures) >= MOST_FAILURES and not self.stopped:
            self.stop(now, f"{len(self.failures)} rows failed: correct the cause, and import the file again.", "")

    def pause(self, now: datetime, by: str) -> None:
        """Start nothing more until `resume`."""
        self.paused, self.marks = True, []
        self.record(now, "The import is paused.", by)

    def resume(self, now: datetime, by: str) -> None:
        """Go on after `pause`."""
        self.paused, self.marks = False, [Mark(at=now, done=self.done)]
        self.record(now, "The import is resumed.", by)

    def stop(self, now: datetime, why: str, by: str) -> None:
        """End the import."""
        self.stopped, self.because = True, why
        self.record(now, why, by)

    def record(self, now: datetime, what: str, by: str) -> None:
        """Remember something for people to read."""
        self.events = [*self.events[1 - _MOST_EVENTS :], Event(at=now, what=what, by=by[:LONGEST_NAME])]

    def progress(self, given: OpenImport, now: datetime, *, ended: bool = False) -> ImportProgress:
        """The state as people and programs see it."""
        lanes = list(zip(self.lanes, given.lanes, strict=True))
        views, status = [state.view(lane) for state, lane in lanes], self._status(given.lanes, ended=ended)
        requests, pace = sum(lane.requests for lane in given.lanes), self._pace(now)
        return ImportProgress(
            import_id=given.import_id,
            status=status,
            by=given.by,
            requests=requests,
            started=sum(lane.started for lane in self.lanes),
            already=sum(lane.already for lane in self.lanes),
            failed=len(self.failures),
            waiting=sum(view.waiting for view in views),
            because=self.because or next((view.because for view in views if view.because), ""),
            per_minute=None if pace is None or status.is_final else round(pace * 60, 1),
            seconds_left=None if not pace or status.is_final else round((requests - self.done) / pace),
            begun=self.begun,
            ended=now if status.is_final else None,
            accounts=views,
            failures=self.failures,
            events=self.events,
        )

    def _status(self, lanes: Sequence[ImportLane], *, ended: bool) -> ImportStatus:
        is_open = any(state.is_open(lane) for state, lane in zip(self.lanes, lanes, strict=True))
        if not is_open:
            return ImportStatus.DONE
        if self.stopped:
            return ImportStatus.STOPPED if ended else ImportStatus.STOPPING
        return ImportStatus.PAUSED if self.paused else ImportStatus.RUNNING

    def _pace(self, now: datetime) -> float | None:
        """Rows a second; None when nothing was done since the oldest mark."""
        if not self.marks:
            return None
        since = self.marks[0]
        seconds, done = (now - since.at).total_seconds(), self.done - since.done
        return done / seconds if done > 0 and seconds >= 1 else None
