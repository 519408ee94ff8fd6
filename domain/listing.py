"""What the lister of an account is given, and the note that it leaves in its heartbeat.

The next reading finds the note there, and so does `hosted-sms account show`. It may be lost at any time: then each
order is compared with what its watch read last (docs/decisions/0032).
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from pydantic import Field

from domain.messages import Message
from domain.order_mark import shorten

LISTER_ACTIVITY = "watch_list"
MOST_SEEN = 20_000
"""Orders that a note remembers: some 500 KB. The server takes two megabytes."""


class NotHinted(Exception):  # noqa: N818 - named for what did not happen
    """A request could not be hinted. Another try may succeed."""


class WatchList(Message):
    """Read the list of an account's orders again and again while its requests wait for them."""

    account: str


class ListingNote(Message):
    """What the last reading saw."""

    at: datetime | None = None
    """When it began; None before the first one."""
    orders: int = 0
    """Orders under watch."""
    calls: int = 0
    """Calls to Telnyx, at most."""
    hints: int = 0
    """Requests that were hinted."""
    seen: dict[str, str] = Field(default_factory=dict)
    """The mark of each order."""

    def mark(self, order_id: str) -> str | None:
        """The mark of an order; None when it was not seen."""
        return self.seen.get(shorten(order_id))

    def remember(self, order_id: str, mark: str) -> None:
        """Keep the mark of an order, unless there are too many."""
        if len(self.seen) < MOST_SEEN:
            self.seen[shorten(order_id)] = mark


def read_listing_note(details: Sequence[Any]) -> ListingNote:
    """The note of the reading before; an empty one when it is missing or cannot be read."""
    with suppress(ValueError):
        if details and details[0] is not None:
            return ListingNote.model_validate(details[0])
    return ListingNote()
