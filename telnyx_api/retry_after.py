"""How long Telnyx asks us to wait, read from the headers of an answer (Telnyx facts §8)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_TOO_MANY_REQUESTS = 429
_PLAIN_FIGURE = re.compile(r"\d{1,12}(\.\d{1,9})?", re.ASCII)


def seconds_to_wait(http_status: int, headers: Mapping[str, str]) -> float | None:
    """Seconds until the next attempt makes sense, or None when the answer names no sensible time.

    Read in this order: `retry-after-ms`, `retry-after` (seconds or a date), and, for a 429 only, `x-ratelimit-reset`
    (seconds until the limit resets; it stands on every answer and asks for no delay there). Header names are lower
    case. Negative, infinite and unreadable values count as absent.
    """
    in_ms = _figure(headers.get("retry-after-ms", ""))
    if in_ms is not None:
        return in_ms / 1000
    asked = headers.get("retry-after", "")
    seconds = _figure(asked)
    if seconds is None:
        seconds = _until(asked)
    if seconds is None and http_status == _TOO_MANY_REQUESTS:
        seconds = _figure(headers.get("x-ratelimit-reset", ""))
    return seconds


def _figure(text: str) -> float | None:
    """A plain positive decimal figure; `nan`, `-1`, `1e9` and `1_000` are none."""
    stripped = text.strip()
    return float(stripped) if _PLAIN_FIGURE.fullmatch(stripped) else None


def _until(text: str) -> float | None:
    """Seconds from now to an HTTP date, or None when it is no date or lies in the past."""
    try:
        then = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if then.tzinfo is None:  # HTTP dates are always in GMT; the parser leaves "-0000" without a zone
        then = then.replace(tzinfo=UTC)
    seconds = (then - datetime.now(UTC)).total_seconds()
    return seconds if seconds >= 0 else None
