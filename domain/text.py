"""Small pieces of text that sentences are built from."""

import difflib
from collections.abc import Iterable
from datetime import UTC, datetime

_LONGEST_WORD = 80
"""Comparing two words takes the product of their lengths."""


def join_some(items: Iterable[str], limit: int = 10) -> str:
    """Join items with commas, such as `a, b and 3 more`; at most `limit` of them are named."""
    all_items = list(items)
    if len(all_items) <= limit:
        return ", ".join(all_items)
    return f"{', '.join(all_items[:limit])} and {len(all_items) - limit} more"


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known word that was probably meant: the shortest that begins so, else the most similar one."""
    words, typed = sorted(known, key=len), word[:_LONGEST_WORD]
    beginnings = [one for one in words if typed and one.startswith(typed)]
    similar = beginnings or difflib.get_close_matches(typed, words, n=1, cutoff=cutoff)
    return similar[0] if similar else None


def count(number: int, noun: str) -> str:
    """Say how many of something there are, such as `1 event` or `2 events`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def clause(text: str) -> str:
    """What others wrote, to stand inside a sentence of ours: without spaces around it and without its last stop."""
    return text.strip().rstrip(".!?;:, ")


def with_reason(done: str, why: str) -> str:
    """A sentence about what was done, with the reason that a person gave, if any: `Given up: the line is closed.`."""
    return f"{done}: {clause(why)}." if clause(why) else f"{done}."


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
