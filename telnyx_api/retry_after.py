"""How long Telnyx asks us to wait, from the headers of a response (docs/telnyx.md §8)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_TOO_MANY_REQUESTS = 429
_PLAIN_NUMBER = re.compile(r"\d{1,12}(\.\d{1,9})?", re.ASCII)


def read_retry_after(http_status: int, headers: Mapping[str, str]) -> float | None:
    """Seconds until the next attempt makes sense; None when the response names no usable time.

    The first of these headers that can be read counts: `retry-after-ms`, `retry-after` (seconds or a date), and for a
    429 `x-ratelimit-reset` (seconds until the limit resets). Every response has the last one, and only a 429 means a
    delay by it. Header names are lower case. Negative, infinite and unreadable values count as absent.
    """
    in_ms = _parse_number(headers.get("retry-after-ms", ""))
    if in_ms is not None:
        return in_ms / 1000
    text = headers.get("retry-after", "")
    seconds = _parse_number(text)
    if seconds is None:
        seconds = _seconds_until(text)
    if seconds is None and http_status == _TOO_MANY_REQUESTS:
        seconds = _parse_number(headers.get("x-ratelimit-reset", ""))
    return seconds


def _parse_number(text: str) -> float | None:
    """A plain decimal number; `nan`, `-1`, `1e9` and `1_000` do not count."""
    stripped = text.strip()
    return float(stripped) if _PLAIN_NUMBER.fullmatch(stripped) else None


def _seconds_until(text: str) -> float | None:
    """Seconds from now to an HTTP date; None when it is not a date or lies in the past."""
    try:
        then = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if then.tzinfo is None:  # HTTP dates are always in GMT, but the parser gives "-0000" no zone
        then = then.replace(tzinfo=UTC)
    seconds = (then - datetime.now(UTC)).total_seconds()
    return seconds if seconds >= 0 else None
