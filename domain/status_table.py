"""What the three tables of Telnyx's words have in common: a row, and the lookup that never guesses.

Two rules. Every word of Telnyx's specification has its row, even where the row only says "wait". A word without a
row is never guessed at: the lookup answers nothing, and whoever asked turns that into a question to a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

Class = TypeVar("Class")


@dataclass(frozen=True)
class Row(Generic[Class]):
    """One word of Telnyx and what follows from it."""

    word: str
    kind: Class
    meaning: str
    """What the word says, as a clause that completes "this number …" or "the order …"."""
    whose_move: str
    guidance: str
    """What the person whose move it is does now."""


def table(*rows: Row[Class]) -> Mapping[str, Row[Class]]:
    """The rows by their word."""
    return {row.word: row for row in rows}
