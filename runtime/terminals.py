"""Output streams that take any text. Terminals and pipes may have an encoding that lacks our quotes and dashes."""

import codecs
import io
import json
import unicodedata
from typing import Any, TextIO

from domain.printable import escape_json, printable_lines

_CLOSEST = {
    "…": "...",
    "“": '"',
    "”": '"',
    "„": '"',
    "‘": "'",
    "’": "'",
    "–": "-",
    "—": "-",
    "−": "-",
    "‑": "-",
    "→": "->",
}
_HANDLER = "hosted_sms.closest"


def accept_any_text(*streams: TextIO) -> None:
    """Make streams write what comes closest to a character that their encoding lacks, instead of failing."""
    codecs.register_error(_HANDLER, _write_closest)
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_HANDLER)


def write(stream: TextIO, text: str) -> None:
    """Write a text of ours, whose line ends are ours. Nothing else in it moves a cursor, colors or hides anything."""
    stream.write(printable_lines(text))


def write_json(stream: TextIO, content: Any, indent: int | None = None) -> None:
    """Write JSON and a line end. What may not be shown or cannot be written is escaped: programs read the same."""
    written = json.dumps(content, indent=indent, ensure_ascii=not writes_unicode(stream))
    stream.write(escape_json(written) + "\n")


def writes_unicode(stream: TextIO) -> bool:
    """Say whether a stream can write every character; a text in memory can."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return encoding.lower().startswith("utf")


def _write_closest(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_closest, error.object[error.start : error.end])), error.end


def _closest(character: str) -> str:
    """ASCII that can be read instead, such as `e` for `é`, or a question mark."""
    plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return _CLOSEST.get(character) or plain or "?"
