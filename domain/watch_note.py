"""The note that a poll without news leaves in the heartbeat of its watch.

The next poll finds it there, and so does `hosted-sms show`: it reads what Telnyx said last without an event in the
request's history (docs/decisions/0022). The server keeps it until the watch ends.

The heartbeat's details are what the watch learned from its request (or null), then this note. The format is contract:
workers of two versions read each other's notes during an upgrade.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from pydantic import Field

from domain.activity_io import WatchOrder
from domain.messages import Message
from domain.read_statuses import ungroup_statuses

_CLOCK_SKEW = timedelta(seconds=1)


class WatchNote(Message):
    """What a poll read, and when the next one is due, by the server's clock."""

    at: datetime
    """When the poll began."""
    next_at: datetime
    """When the next poll is due."""
    statuses: dict[str, list[str]] = Field(default_factory=dict)
    """Telnyx's statuses, each with its numbers."""
    first: int = 1
    """The attempt from which the growing delays between polls are counted."""

    unfinished_since: datetime | None = None
    """Since when the order is complete although one of its numbers is not."""
    refusal_over: bool = False
    """True once the status that refused the last documents was gone, or was known to be new."""

    def by_number(self) -> dict[str, str]:
        """The status of each number."""
        return ungroup_statuses(self.statuses)

    def was_hinted(self, started: datetime) -> bool:
        """Whether a poll that begins now begins too early: a webhook or an operator ended the pause before it."""
        return started < self.next_at - _CLOCK_SKEW


def split_watch_note(details: Sequence[Any]) -> tuple[WatchOrder | None, WatchNote | None]:
    """What the watch learned from its request, and its note; None for what is missing or cannot be read."""
    told = note = None
    with suppress(ValueError):
        told = WatchOrder.model_validate(details[0]) if details and details[0] is not None else None
        note = WatchNote.model_validate(details[1]) if len(details) > 1 else None
    return told, note
