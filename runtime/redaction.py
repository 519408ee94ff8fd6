"""Removes secrets and whole phone numbers from everything that is logged.

It does so in two ways, since one alone is not enough. A value with the name of a secret is hidden completely. Every
text, tracebacks included, is searched for keys, codes and phone numbers. A number keeps its last four digits: `…0100`.
"""

import re
from collections.abc import Mapping
from typing import Any

from domain.phone_numbers import mask_all

HIDDEN = "***"

_SENSITIVE = (
    "api[_-]?key|authorization|token|codes?|keys|password|passphrase|secret|(?:private|fingerprint)_?key|input_value"
)
_SECRET_NAME = re.compile(rf"(?:.*[_-])?(?:{_SENSITIVE})", re.IGNORECASE)
# Names that end like the name of a secret, but say what happened.
_PLAIN_NAMES = {"status_code", "exit_code", "error_code", "telnyx_code"}

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    # Telnyx's API keys begin with KEY.
    (re.compile(r"\bKEY[A-Za-z0-9_-]{4,}"), HIDDEN),
    (re.compile(r"\b(Bearer|Basic)\s+[^\s'\",]+", re.IGNORECASE), rf"\1 {HIDDEN}"),
    # The base64 of 32 bytes: one of our own keys.
    (re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{43}="), HIDDEN),
)
# A secret with its name, in JSON, in a repr or in a URL: "code": "12345", code='12345', ?token=abc. Every value is
# consumed, also one that is never closed or that is kept, so that the work grows with the text and no faster.
_NAMED_SECRET = re.compile(
    rf"(?<![a-z])(?<!status_)(?<!exit_)(?<!error_)(?<!telnyx_)({_SENSITIVE})"
    r"(['\"]?\s*[:=]\s*)('[^']*'?|\"[^\"]*\"?|\[[^\]]*\]?|[^\s,;&)}\]]+)",
    re.IGNORECASE,
)
_DIGIT = re.compile("[0-9]")
_MAX_DEPTH = 8


def redact(value: Any, depth: int = 0) -> Any:
    """A copy of any value that may be logged. An object that is not plain data becomes text first."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return redact_text(value)
    if depth < _MAX_DEPTH and isinstance(value, Mapping):
        return {key: redact_named(str(key), item, depth + 1) for key, item in value.items()}
    if depth < _MAX_DEPTH and isinstance(value, list | tuple | set | frozenset):
        return [redact(item, depth + 1) for item in value]
    return redact_text(repr(value))


def redact_named(name: str, value: Any, depth: int = 0) -> Any:
    """The same for a value with a name: a value with the name of a secret is hidden completely."""
    if name.lower() not in _PLAIN_NAMES and _SECRET_NAME.fullmatch(name):
        return HIDDEN
    return redact(value, depth)


def redact_text(text: str) -> str:
    """A text without keys, codes and whole phone numbers."""
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return mask_all(_NAMED_SECRET.sub(_hide_value, text))


def _hide_value(found: re.Match[str]) -> str:
    name, between, value = found.groups()
    # An unquoted word without a digit after a colon is part of a sentence.
    is_prose = ":" in between and value[0] not in "'\"[" and not _DIGIT.search(value)
    return found[0] if is_prose else f"{name}{between}{HIDDEN}"
