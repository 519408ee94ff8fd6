"""Small pieces of text that sentences are built from."""

from collections.abc import Iterable
from datetime import UTC, datetime


def join_some(items: Iterable[str], limit: int = 10) -> str:
    """Join items with commas, such as `a, b and 3 more`; at most `limit` of them are named."""
    all_items = list(items)
    if len(all_items) <= limit:
        return ", ".join(all_items)
    return f"{', '.join(all_items[:limit])} and {len(all_items) - limit} more"


def format_utc(instant: datetime | None, *, seconds: bool = False) -> str:
    """Write an instant for people, such as `2026-11-26 17:30 UTC`; empty for none.

    Every time that people see is written here, so that all faces write it alike and none leaves out its zone.
    """
    if instant is None:
        return ""
    written = name_zone(instant).astimezone(UTC)
    return f"{written:%Y-%m-%d %H:%M:%S} UTC" if seconds else f"{written:%Y-%m-%d %H:%M} UTC"


def format_utc_day(instant: datetime | None) -> str:
    """Write the day of an instant, such as `2026-11-26`, for a column whose head names the zone; empty for none."""
    return format_utc(instant)[: len("2026-11-26")]


def name_zone(instant: datetime) -> datetime:
    """The instant with its zone. One that names none is meant in UTC, never in the zone of this machine."""
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
