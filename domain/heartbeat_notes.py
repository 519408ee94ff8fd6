"""The outage note: since when an activity got no answer from Telnyx, as its heartbeat tells the next attempt.

It is the last of the heartbeat's details, after those of the activity itself. The format is contract: workers of two
versions read each other's notes while they are exchanged.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

_KEY = "no answer since"


def outage_note(since: datetime) -> dict[str, str]:
    """The note for an outage that began at an instant."""
    return {_KEY: since.isoformat()}


def split_outage_note(details: Sequence[Any]) -> tuple[Sequence[Any], datetime | None]:
    """The details that the activity itself left, and since when it got no answer; None without a note."""
    last = details[-1] if details else None
    if isinstance(last, dict) and _KEY in last:
        return details[:-1], datetime.fromisoformat(last[_KEY])
    return details, None
