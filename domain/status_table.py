"""What the three tables of Telnyx's words have in common: a row, and the lookup that never guesses.

Two rules. Every word of Telnyx's specification has its row, even where the row only says "wait". A word without a
row is never guessed at: the lookup answers nothing, and whoever asked turns that into a question to a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

Class = TypeVar("Class")


@dataclass(frozen=True)
class StatusRow(Generic[Class]):
    """One word of Telnyx and what follows from it."""

    status: str
    kind: Class
    meaning: str
    """What the word says, as a clause that completes "this number …" or "the order …"."""
    whose_move: str
    guidance: str
    """What the person whose move it is does now."""


def table(*rows: StatusRow[Class]) -> Mapping[str, StatusRow[Class]]:
    """The rows by their word."""
    return {row.status: row for row in rows}
