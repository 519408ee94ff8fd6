"""What programs add to a text on its way to us: marks that no one sees, typographic dashes, a spreadsheet's quotes.

Contact lists wrap numbers in direction marks, word processors turn hyphens into dashes, web pages use no-break spaces,
and spreadsheets keep a number as text by `'5125550100` or `="5125550100"`. None of it is meant. So every face cleans
what is typed, pasted or read from a file here, before anything is parsed.
"""

import unicodedata
from collections.abc import Iterable

_INVISIBLE, _SPACE, _DASH = "Cf", "Zs", "Pd"
_MINUS = "\N{MINUS SIGN}"  # a mathematical sign for Unicode, a dash for people
_WRAPPINGS = (('="', '"'), ('"', '"'), ("“", "”"), ("„", "“"))
_APOSTROPHES = ("'", "‘", "’")


def clean(text: str) -> str:
    """The text that was meant: without invisible marks, with plain spaces and hyphens, and without quotes around it.

    It is for ids, numbers, codes and the like. Free text, such as a reason, keeps its typography.
    """
    plain = (text if text.isascii() else "".join(_plain(text))).strip()
    for start, end in _WRAPPINGS:
        if plain.startswith(start) and plain.endswith(end) and len(plain) >= len(start) + len(end):
            plain = plain[len(start) : len(plain) - len(end)].strip()
    if plain.startswith(_APOSTROPHES):
        return plain.strip("".join(_APOSTROPHES)).strip()
    return plain


def _plain(text: str) -> Iterable[str]:
    for character in text:
        category = unicodedata.category(character)
        if category == _SPACE:
            yield " "
        elif category == _DASH or character == _MINUS:
            yield "-"
        elif category != _INVISIBLE:
            yield character
