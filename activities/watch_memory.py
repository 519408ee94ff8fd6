"""What the polls of a watch leave for each other in the heartbeat, see `domain.watch_note`."""

from datetime import datetime, timedelta

from temporalio import activity

from domain import delays
from domain.activity_io import WatchVerdict
from domain.watch_note import WatchNote, split_watch_note


class WatchMemory:
    """What the polls of a watch leave for each other. When it is lost, the request is asked again."""

    def __init__(self, first_pause: float, longest_pause: float) -> None:
        """The pauses between polls grow from `first_pause` to `longest_pause`, in seconds."""
        self._first_pause, self._longest_pause = first_pause, longest_pause
        info = activity.info()
        self.told, self._note = split_watch_note(info.heartbeat_details)
        note = self._note
        self._is_hinted = note is not None and note.was_hinted(info.attempt, info.started_time, self.pause_after)
        self._first = info.attempt if self._is_hinted else min(note.first if note else 1, info.attempt)
        self.refusal_over = note is not None and note.refusal_over
        """Whether a refusal known before the upload counts no more."""
        self.unfinished_since = note.unfinished_since if note else None
        """Since when the order is complete while a number of it is not."""

    @property
    def is_first(self) -> bool:
        """Whether the request said a moment ago what it knows. One that waited for a worker is not the first."""
        info = activity.info()
        at_once = info.started_time - info.scheduled_time < timedelta(seconds=delays.AT_ONCE)
        return info.attempt == 1 and at_once and not info.heartbeat_details

    @property
    def pause(self) -> float:
        """The seconds to the next poll, unless something is due earlier."""
        return self.pause_after(activity.info().attempt - self._first + 1)

    def pause_after(self, poll: int) -> float:
        """The same after a poll, counted since the watch began or since a hint: what changes once often does again."""
        return delays.double_each_attempt(self._first_pause, poll, self._longest_pause)

    def keep(self) -> None:
        """Leave it for the next poll."""
        activity.heartbeat(self.told, *([self._note] if self._note else []))

    def note(self, verdict: WatchVerdict, delay: float, mark: str) -> None:
        """Note what was read, and that the next poll is due after so many seconds.

        The first poll notes nothing that the request, or the next poll, knows as well, and no poll repeats the note of
        another: each note is an action for Temporal.
        """
        if self.is_first and not self.refusal_over and self.unfinished_since is None:
            return
        info, last, statuses = activity.info(), self._note, verdict.statuses
        note = WatchNote(
            at=info.started_time if statuses or last is None else last.at,
            next_at=info.started_time + timedelta(seconds=delay),
            attempt=info.attempt,
            statuses=last.statuses if last and not statuses else statuses,  # else Telnyx did not show the order
            seen=mark,
            read_at=info.started_time,
            first=self._first,
            refusal_over=self.refusal_over,
            unfinished_since=self.unfinished_since,
        )
        if last is None or not last.tells(note, self.pause_after):
            self._note = note
            self.keep()

    def put_off(self, delay: float) -> None:
        """A listing stood for this poll: the next one is due after so many seconds, and what was read stays."""
        info, last = activity.info(), self._note
        if last is None:
            return
        next_at = info.started_time + timedelta(seconds=delay)
        note = last.model_copy(update={"next_at": next_at, "attempt": info.attempt, "first": self._first})
        if not last.tells(note, self.pause_after):
            self._note = note
            self.keep()

    def last_read(self) -> tuple[str, datetime, datetime] | None:
        """The mark that was read last, when Telnyx showed it, and when a poll last found that it stayed.

        None when no listing may stand for this poll: it was hinted, or nothing is known.
        """
        note = self._note
        if note is None or note.read_at is None or not note.seen or self._is_hinted or note.unfinished_since:
            return None
        last_attempt = activity.info().attempt - 1
        later = last_attempt > note.attempt
        return note.seen, note.read_at, note.due(last_attempt, self.pause_after) if later else note.read_at
