"""Heartbeats of activities: how often, when a worker counts as dead, and the outage note that they carry.

The outage note says since when an activity got no answer from Telnyx. It tells the next attempt. It is the last of the
heartbeat's details, after those of the activity itself. Its format is contract: workers of two versions read each
other's notes during an upgrade.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

INTERVAL = timedelta(seconds=3)
"""Between two heartbeats. It is well under the timeout, so that only a dead or frozen worker misses one."""
TIMEOUT = timedelta(seconds=10)
"""Without a heartbeat for so long the server gives the work to another worker."""

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
