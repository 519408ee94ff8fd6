"""What of a text may be shown: on terminals, in logs, in chats and in the Temporal UI.

Reasons, customers, file names and Telnyx's details are written by others. Such a text could clear a screen, color a
line, reverse the order of its letters, hide words, or begin a line that looks like one of ours. Here is the one rule
against that. Messages apply it to their free texts when they are read, and every way out applies it again.

- A line end, a tab and every other kind of space becomes a plain space, so that a text makes no line of its own.
- A control, half a UTF-16 character, a private or an unassigned character becomes `�`, so that people see that
  something was there.
- Marks that no one sees vanish: direction marks, zero-width characters, tags, fillers. A joiner stays between two
  letters or emoji that it joins, since Persian and Hindi names and many emoji need it.
- At most four marks stay on a letter. More of them reach into the lines above and below.
- Everything else stays, letters of all scripts included. Text that runs from right to left is not isolated: it can
  only swap places with digits and punctuation right beside it.
"""

import json
import re
import unicodedata

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
MOST_MARKS = 4
LONGEST_TEXT = 2000
"""Characters of what one person, program or service writes. A message may be of two megabytes."""
LONGEST_SENTENCES = 8000
"""Characters of sentences of ours, which may quote several such texts."""
LONGEST_NAME = 200
"""Characters of the name of a person, a program or a file."""

_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
"""Letters and marks by their category that show nothing."""
_BLANK = "\u2800"  # a Braille pattern without dots
_JOINERS = "\u200c\u200d"
_JOINABLE = "[^\x00-\u02ff\\s\u200c\u200d]"
_STRAY_JOINER = re.compile(f"(?<!{_JOINABLE})[{_JOINERS}]|[{_JOINERS}](?!{_JOINABLE})")
_SIGNS = " -~\u00a1-\u00ac\u00ae-\u00ff\u2010-\u2027\u2030-\u205e"
"""What nearly every text consists of: it may be shown as it is."""
_PLAIN, _NOT_PLAIN = re.compile(f"[{_SIGNS}]*"), re.compile(f"[^\n{_SIGNS}]")


def printable(text: str) -> str:
    """The text as it may be shown, on one line. Spaces of ours in it stay as they are."""
    if _PLAIN.fullmatch(text):
        return text
    while (shown := _once(text)) != text:
        text = shown
    return text


def printable_lines(text: str) -> str:
    """The same for a text of ours whose line ends are ours, such as a list of mistakes or a traceback."""
    return "\n".join(map(printable, text.split("\n")))


def line(text: str, limit: int = LONGEST_TEXT) -> str:
    """What someone else wrote, for a sentence or a cell: printable, not longer than that, without extra spaces."""
    if len(text) <= limit and _PLAIN.fullmatch(text) and "  " not in text and text == text.strip():
        return text
    shown = " ".join(printable(text[: 4 * limit]).split())
    return shown if len(shown) <= limit else line(shown[:limit], limit)


def is_printable(text: str) -> bool:
    """Whether a text may be shown as it is, however its letters are composed."""
    return printable(text) == unicodedata.normalize("NFC", text)


def escape_json(text: str) -> str:
    """JSON in which everything is escaped that may not be shown. Programs read the same as before."""
    return _NOT_PLAIN.sub(lambda found: _escaped(found[0]), text)


def _once(text: str) -> str:
    """One pass. What it removes may leave neighbors that belong together, so it is repeated until nothing changes."""
    # Composing a letter with very many marks would take seconds.
    composed = unicodedata.normalize("NFC", _without_floods("".join(map(_shown, text))))
    return _STRAY_JOINER.sub("", composed)


def _shown(character: str) -> str:
    if character.isspace() or character == _BLANK:
        return " "
    if character in _JOINERS or (character.isprintable() and character not in _INVISIBLE):
        return character
    return "" if character in _INVISIBLE or unicodedata.category(character) == "Cf" else REPLACEMENT


def _without_floods(text: str) -> str:
    """A mark needs a letter before it, or it would change a sign of ours."""
    kept: list[str] = []
    marks = MOST_MARKS  # none before the first letter
    for character in text:
        is_mark = unicodedata.category(character).startswith("M")
        if is_mark:
            marks += 1
        elif character not in _JOINERS:  # what it joins is one sign
            marks = MOST_MARKS if character == " " else 0
        if marks <= MOST_MARKS or not is_mark:
            kept.append(character)
    return "".join(kept)


def _escaped(character: str) -> str:
    if character.isprintable():
        return character
    return json.dumps(character)[1:-1] if character != "\x7f" else "\\u007f"
