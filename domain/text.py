"""Small pieces of text that sentences are built from."""

from collections.abc import Iterable
from datetime import UTC, datetime


def join_some(items: Iterable[str], limit: int = 10) -> str:
    """Join items with commas, such as `a, b and 3 more`; at most `limit` of them are named."""
    all_items = list(items)
    if len(all_items) <= limit:
        return ", ".join(all_items)
    return f"{', '.join(all_items[:limit])} and {len(all_items) - limit} more"


def format_utc(instant: datetime) -> str:
    """Write an instant for people, such as `26 November 2026 17:30 UTC`."""
    return f"{instant.astimezone(UTC):%d %B %Y %H:%M} UTC"
