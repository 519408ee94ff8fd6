"""What the polls of a watch leave for each other in the heartbeat, see `domain.watch_note`."""

from datetime import timedelta

from temporalio import activity

from domain.activity_io import WatchVerdict
from domain.watch_note import WatchNote, split_watch_note


class WatchMemory:
    """What the polls of a watch leave for each other. When it is lost, the request is asked again."""

    def __init__(self) -> None:
        info = activity.info()
        self.told, self._note = split_watch_note(info.heartbeat_details)
        hinted = self._note is not None and self._note.was_hinted(info.started_time)
        self._first = info.attempt if hinted else min(self._note.first if self._note else 1, info.attempt)
        self.refusal_over = self._note is not None and self._note.refusal_over
        """Whether a refusal known before the upload counts no more."""
        self.unfinished_since = self._note.unfinished_since if self._note else None
        """Since when the order is complete while a number of it is not."""

    @property
    def polls(self) -> int:
        """The polls since the watch began, or since a hint: what changes once often changes again soon."""
        return activity.info().attempt - self._first + 1

    def keep(self) -> None:
        """Leave it for the next poll."""
        activity.heartbeat(self.told, *([self._note] if self._note else []))

    def note(self, verdict: WatchVerdict, delay: float) -> None:
        """Note what was read, and that the next poll is due after so many seconds."""
        now = activity.info().started_time
        at, statuses = now, verdict.statuses
        if not statuses and self._note:  # Telnyx did not show the order
            at, statuses = self._note.at, self._note.statuses
        self._note = WatchNote(
            at=at,
            next_at=now + timedelta(seconds=delay),
            statuses=statuses,
            first=self._first,
            refusal_over=self.refusal_over,
            unfinished_since=self.unfinished_since,
        )
        self.keep()
