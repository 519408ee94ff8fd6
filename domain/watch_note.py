"""The note that a poll without news leaves in the heartbeat of its watch.

The next poll finds it there, and so does `hosted-sms show`: it reads what Telnyx said last without an event in the
request's history (docs/decisions/0022). The server keeps it until the watch ends. A note is an action for Temporal, so
a poll that would only repeat the last note, later, leaves none: when a poll is due follows from the note and from the
attempts since.

The heartbeat's details are what the watch learned from its request (or null), then this note. The format is contract:
workers of two versions read each other's notes during an upgrade.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from pydantic import Field

from domain import delays
from domain.activity_io import WatchOrder
from domain.messages import Message
from domain.read_statuses import ungroup_statuses

_CLOCK_SKEW = timedelta(seconds=1)
_DRIFT = timedelta(seconds=5)
"""Polls that begin later than planned by no more than this need no new note. Each takes a moment itself."""
READ_COUNTS_FOR = timedelta(seconds=delays.READ_AT_LEAST - delays.LONGEST_POLL)
"""A note says so long when the order was read. Then a poll reads it, and leaves a new one."""


class WatchNote(Message):
    """What polls read, and when the next one is due, by the server's clock. Written by the first of them."""

    at: datetime
    """When that poll began."""
    next_at: datetime
    """When the poll after it is due."""
    attempt: int = 1
    """Which attempt it was."""
    statuses: dict[str, list[str]] = Field(default_factory=dict)
    """Telnyx's statuses, each with its numbers."""
    first: int = 1
    """The attempt from which the growing delays between polls are counted."""

    seen: str = ""
    """The mark of the order as it was read, see `domain.order_mark`."""
    read_at: datetime | None = None
    """When Telnyx was asked. A poll that a listing stands for does not ask."""
    unfinished_since: datetime | None = None
    """Since when the order is complete although one of its numbers is not."""
    refusal_over: bool = False
    """True once the status that refused the last documents was gone, or was known to be new."""

    def by_number(self) -> dict[str, str]:
        """The status of each number."""
        return ungroup_statuses(self.statuses)

    def due(self, attempt: int, pause: Callable[[int], float]) -> datetime:
        """When a later attempt is due if none was hinted. `pause` gives the seconds after each poll, counted from 1."""
        between = sum(pause(one - self.first + 1) for one in range(self.attempt + 1, attempt))
        return self.next_at + timedelta(seconds=between)

    def was_hinted(self, attempt: int, started: datetime, pause: Callable[[int], float]) -> bool:
        """Whether an attempt begins too early: a webhook, a lister or an operator ended the pause before it."""
        return started < self.due(attempt, pause) - _CLOCK_SKEW

    def tells(self, later: "WatchNote", pause: Callable[[int], float]) -> bool:
        """Whether a later note would say nothing that does not follow from this one."""
        when = {"at", "next_at", "attempt", "read_at"}
        if self.model_dump(exclude=when) != later.model_dump(exclude=when):
            return False
        if self.read_at and later.read_at and later.read_at - self.read_at >= READ_COUNTS_FOR:
            return False
        return -_CLOCK_SKEW <= later.next_at - self.due(later.attempt + 1, pause) <= _DRIFT


def split_watch_note(details: Sequence[Any]) -> tuple[WatchOrder | None, WatchNote | None]:
    """What the watch learned from its request, and its note; None for what is missing or cannot be read."""
    told = note = None
    with suppress(ValueError):
        told = WatchOrder.model_validate(details[0]) if details and details[0] is not None else None
        note = WatchNote.model_validate(details[1]) if len(details) > 1 else None
    return told, note
