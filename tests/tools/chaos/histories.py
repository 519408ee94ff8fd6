"""Orders as the simulator's control surface returns them, with one second between two lines of a history."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

BEGAN = datetime(2026, 1, 5, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    """The instant so many seconds after the start."""
    return BEGAN + timedelta(seconds=seconds)


def order(order_id: str, phone_numbers: Sequence[str], *history: str, since: float = 0) -> dict[str, Any]:
    """An order. Its statuses and those of its numbers are in the history alone."""
    return {
        "id": order_id,
        "status": "",
        "phone_numbers": [{"phone_number": number, "status": ""} for number in phone_numbers],
        "uploads": [],
        "history": [
            {"at": at(since + place).isoformat().replace("+00:00", "Z"), "what": what}
            for place, what in enumerate(history)
        ],
    }
