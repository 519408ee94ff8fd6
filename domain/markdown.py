"""Puts texts into the Markdown of the Temporal UI, which renders links, images and raw HTML of anyone who wrote them.

Static summary, static details and current details are Markdown. Summaries of activities and timers are plain text.
"""

import re
from collections.abc import Iterable

from domain.messages import Event
from domain.printable import line
from domain.text import format_utc

_OUR_CODE = re.compile(r"(?<!`)(`[^`]+`)(?!`)")
_ACTIVE = re.compile(
    r"[\\`*\[\]<>&$~|]"  # code, emphasis, links, HTML, entities, formulas, tables
    r"|(?<![^\W_])_|_(?![^\W_])"  # within a word it is plain
    r"|:(?=//)|(?<=mailto):"  # an address becomes a link by itself
    r"|^[-+](?=\s|$)|^[:#]|(?<=^\d)[.)]|(?<=^\d\d)[.)]",  # a list, a definition, a heading
    re.IGNORECASE,
)
_BRACE = re.compile(r"[{}]")  # gives a heading an id; a backslash before it counts for nothing


def escape(text: str) -> str:
    """What someone else wrote, to be read as it is. It is on one line."""
    return _escaped(line(text))


def escape_sentence(text: str) -> str:
    """A sentence of ours that may quote someone else. What stands between single backticks stays code."""
    parts = _OUR_CODE.split(line(text))
    return "".join(part if position % 2 else _escaped(part) for position, part in enumerate(parts))


def code(text: str) -> str:
    """An id, a status or a command as code, in which nothing is Markdown."""
    plain = line(text).replace("`", "'")
    return f"`{plain}`" if plain else ""


def events(newest_first: Iterable[Event]) -> str:
    """Events as a list, each with its time and who did it."""
    return "\n".join(f"- {format_utc(one.at)} {escape_sentence(one.what)}{_by(one.by)}" for one in newest_first)


def _by(by: str) -> str:
    return f" ({escape(by)})" if by else ""


def _escaped(text: str) -> str:
    return _BRACE.sub(lambda brace: f"&#{ord(brace[0])};", _ACTIVE.sub(r"\\\g<0>", text))
