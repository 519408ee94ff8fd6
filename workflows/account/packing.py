"""Long lists of short texts as one text, for the next run of an account's workflow.

The server takes 2 MB in a payload, and an account may have 50,000 numbers. Written below each other, texts of one kind
are alike in each column: a sequential number changes in its last digits, a UUID has 16 signs and four dashes. So the
columns are packed, not the texts. A fingerprint then takes its 42 bits, a UUID less than 15 bytes, and one of a row of
sequential references next to nothing (docs/decisions/0035).
"""

import base64
import json
import zlib
from collections.abc import Sequence

_NOTHING = " "
"""Fills what is shorter up to the longest. No reference, run id or fingerprint has a space."""
_WIDEST = 100
"""Signs of a text that is written in columns. A single one of a megabyte would make every other as wide."""
_MOST = 64 * 1024 * 1024
"""Bytes that are unpacked at most."""


def pack(lists: Sequence[Sequence[str]]) -> str:
    """Pack lists into one text. Equal texts side by side take least, so sort what has no order of its own."""
    columns = json.dumps([_columns(texts) for texts in lists], separators=(",", ":"))
    # It passes over repetitions of a few signs: among random signs they cost more than they save, a tenth of UUIDs.
    squeezer = zlib.compressobj(strategy=zlib.Z_FILTERED)
    return base64.b64encode(squeezer.compress(columns.encode()) + squeezer.flush()).decode()


def unpack(packed: str) -> list[list[str]]:
    """The lists that `pack` was given.

    Raises:
        ValueError: `pack` did not make it.
    """
    try:
        columns = zlib.decompressobj().decompress(base64.b64decode(packed), _MOST)
        return [_texts(*one) for one in json.loads(columns)]
    except (zlib.error, TypeError):
        raise ValueError("These are no packed lists.") from None


def packed_size(packed: str) -> int:
    """The bytes that a packed text takes in a payload, which the codec packs once more: 6 bits for each sign."""
    return len(packed) * 3 // 4


def _columns(texts: Sequence[str]) -> tuple[int, str] | tuple[int, Sequence[str]]:
    """How many texts there are and their columns, one after the other; or the texts, if they do not fit into some."""
    width = max(map(len, texts), default=0)
    if width > _WIDEST or any(text.endswith(_NOTHING) for text in texts):
        return len(texts), texts
    rows = "".join([text.ljust(width, _NOTHING) for text in texts])
    return len(texts), "".join([rows[place::width] for place in range(width)])


def _texts(count: int, columns: str | list[str]) -> list[str]:
    if isinstance(columns, list):
        return columns
    if not columns:
        return [""] * count
    return [columns[place::count].rstrip(_NOTHING) for place in range(count)]
