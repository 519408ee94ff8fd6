"""Parses the problems in the body of a refusal, and tells Telnyx's own from all others (docs/telnyx.md §7)."""

import re
from collections.abc import Collection, Mapping

from telnyx_api.errors import Problem
from telnyx_api.redaction import redact

_TELNYX_CODE = re.compile(r"[1-9][0-9]{4}")
"""Every code in Telnyx's list has five digits (docs/telnyx.md §7). Others send an HTTP status or a word as `code`."""

_LARGEST_CODE = 10**9


def read_codes(body: object) -> list[str]:
    """Telnyx's codes in a body; none when the body is not Telnyx's own: no known shape, or no code of Telnyx.

    The shapes are `{errors: [...]}` and one bare error object (docs/telnyx.md §2). The bare one counts only with a
    title, because it has no envelope to know it by.
    """
    return [code for item in _error_items(body) if (code := _code(item.get("code")))]


def parse_problems(body: object, secrets: Collection[str]) -> tuple[Problem, ...]:
    """The problems that Telnyx names, without `secrets`; none when the body is not Telnyx's own."""
    return tuple(_problem(item, secrets) for item in _error_items(body)) if read_codes(body) else ()


def _error_items(body: object) -> list[Mapping[str, object]]:
    if not isinstance(body, dict):
        return []
    found = body.get("errors", body if isinstance(body.get("title"), str) else [])
    items = found if isinstance(found, list) else [found]
    return [item for item in items if isinstance(item, dict)]


def _problem(item: Mapping[str, object], secrets: Collection[str]) -> Problem:
    source = item.get("source")
    place: Mapping[str, object] = source if isinstance(source, dict) else {}
    return Problem(
        code=redact(_code(item.get("code")), secrets),
        title=redact(_text(item.get("title")), secrets),
        detail=redact(_text(item.get("detail") or item.get("description")), secrets),
        pointer=redact(_text(place.get("pointer")), secrets),
        parameter=redact(_text(place.get("parameter")), secrets),
    )


def _code(value: object) -> str:
    """A code of Telnyx, also when it came as a number (docs/telnyx.md §7); "" for anything else."""
    text = str(value) if isinstance(value, int) and abs(value) < _LARGEST_CODE else _text(value)
    return text if _TELNYX_CODE.fullmatch(text) else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
