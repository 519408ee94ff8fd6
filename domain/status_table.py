"""What the three tables of Telnyx's statuses share: the row, and a lookup that never guesses.

Every status of Telnyx's specification has a row, even when the row only says "wait". A status without a row is not
guessed at. The lookup finds nothing, and the caller turns that into a question to a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

Kind = TypeVar("Kind")


@dataclass(frozen=True)
class StatusRow(Generic[Kind]):
    """One status of Telnyx and what follows from it."""

    status: str
    """As Telnyx writes it, in lower case."""
    kind: Kind
    """What this program does about it."""
    meaning: str
    """A clause that completes "The number …" or "The order …"."""
    whose_move: str
    """Who acts next; "you" is the person who runs the request."""
    guidance: str
    """What that person does now."""

    def sentence(self, subject: str) -> str:
        """Say what the status means: `The order was closed by Telnyx (failed).` for the subject `order`."""
        return f"The {subject} {self.meaning} ({self.status})."

    def advice(self, subject: str) -> str:
        """Say what the status means and what to do now."""
        return f"{self.sentence(subject)} {self.guidance}"


def table(*rows: StatusRow[Kind]) -> Mapping[str, StatusRow[Kind]]:
    """Index the rows by their status."""
    return {row.status: row for row in rows}
