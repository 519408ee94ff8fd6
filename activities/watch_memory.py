"""What the polls of a watch leave for each other in the heartbeat, see `domain.watch_note`."""

from datetime import timedelta

from temporalio import activity

from domain import delays
from domain.activity_io import WatchVerdict
from domain.watch_note import WatchNote, split_watch_note


class WatchMemory:
    """What the polls of a watch leave for each other. When it is lost, the request is asked again."""

    def __init__(self) -> None:
        info = activity.info()
        self.told, self._note = split_watch_note(info.heartbeat_details)
        self.is_hinted = hinted = self._note is not None and self._note.was_hinted(info.started_time)
        self._first = info.attempt if hinted else min(self._note.first if self._note else 1, info.attempt)
        self.refusal_over = self._note is not None and self._note.refusal_over
        """Whether a refusal known before the upload counts no more."""
        self.unfinished_since = self._note.unfinished_since if self._note else None
        """Since when the order is complete while a number of it is not."""

    @property
    def is_first(self) -> bool:
        """Whether the request said a moment ago what it knows. One that waited for a worker is not the first."""
        info = activity.info()
        at_once = info.started_time - info.scheduled_time < timedelta(seconds=delays.AT_ONCE)
        return info.attempt == 1 and at_once and not info.heartbeat_details

    @property
    def polls(self) -> int:
        """The polls since the watch began, or since a hint: what changes once often changes again soon."""
        return activity.info().attempt - self._first + 1

    def keep(self) -> None:
        """Leave it for the next poll."""
        activity.heartbeat(self.told, *([self._note] if self._note else []))

    def note(self, verdict: WatchVerdict, delay: float, mark: str) -> None:
        """Note what was read, and that the next poll is due after so many seconds.

        The first poll notes nothing that the request, or the next poll, knows as well: each note costs a call.
        """
        if self.is_first and not self.refusal_over and self.unfinished_since is None:
            return
        now = activity.info().started_time
        at, statuses = now, verdict.statuses
        if not statuses and self._note:  # Telnyx did not show the order
            at, statuses = self._note.at, self._note.statuses
        self._note = WatchNote(
            at=at,
            next_at=now + timedelta(seconds=delay),
            statuses=statuses,
            seen=mark,
            read_at=now,
            first=self._first,
            refusal_over=self.refusal_over,
            unfinished_since=self.unfinished_since,
        )
        self.keep()

    def put_off(self, delay: float) -> None:
        """A listing stood for this poll: the next one is due after so many seconds, and what was read stays."""
        if self._note:
            next_at = activity.info().started_time + timedelta(seconds=delay)
            self._note = self._note.model_copy(update={"next_at": next_at, "first": self._first})
            self.keep()

    @property
    def last_read(self) -> WatchNote | None:
        """The note of the last read, if a listing may stand for the next one. None for a poll that was hinted."""
        note = self._note
        counts = note is not None and note.seen and not self.is_hinted and not note.unfinished_since
        return note if counts else None
