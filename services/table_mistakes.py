"""What is wrong in a table, row by row, and the file that takes the bad rows, so that a person can correct them."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.csv_table import Table

ERROR = "error"
"""The column that is added to the bad rows. It is not read, so that the corrected file can be imported."""
_MOST_MISTAKES = 100  # a longer list helps no one

_FORMULA = re.compile(r"(^|[,;|\t\r\n])(?=[^\S\t\r\n]*[=+\-@＝＋－＠])([^,;|\t\r\n]*)")
"""The part of a cell that a spreadsheet may take for a formula, also one that splits a row at another separator."""
_HARMLESS = re.compile(r"[0-9\s().+\-/]*|\s*=\"[^\"]*\"\s*")
"""A number as people write it, and the text that a spreadsheet keeps by `="…"`: nothing in them is executed."""


@dataclass(frozen=True)
class Mistake:
    """What is wrong in a row, and how to correct it. `str()` names the place as well."""

    row: int
    sentence: str
    column: str = ""
    """Empty: the row as a whole."""
    divisible: bool = True
    """False when it makes the other rows unreliable too, so that none of them can be taken alone."""

    def __str__(self) -> str:
        place = f"row {self.row}, column {self.column}" if self.column else f"row {self.row}"
        return f"{place}: {self.sentence}"


def shortened(mistakes: Sequence[object]) -> list[str]:
    """The first hundred mistakes, and how many more were found."""
    more = len(mistakes) - _MOST_MISTAKES
    found = [str(mistake) for mistake in mistakes[:_MOST_MISTAKES]]
    return [*found, f"… and {more} more mistakes."] if more > 0 else found


def by_row(mistakes: Iterable[Mistake]) -> dict[int, str]:
    """What is wrong in each row, as one text."""
    texts: dict[int, list[str]] = {}
    for mistake in mistakes:
        text = f"{mistake.column}: {mistake.sentence}" if mistake.column else mistake.sentence
        texts.setdefault(mistake.row, []).append(text)
    return {row: " ".join(some) for row, some in texts.items()}


def bad_rows(table: "Table", errors: Mapping[int, str]) -> str:
    """The rows of a table that have an error, as they were, with the error in a last column.

    Args:
        table: of the file, not read yet.
        errors: what is wrong in which row.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=table.separator)
    kept = [place for place, column in enumerate(table.columns) if column != ERROR]
    width = len(table.columns)
    if table.separator != ",":
        out.write(f"sep={table.separator}\r\n")
    writer.writerow([*(table.head[place] for place in kept), ERROR])
    for row, cells in table.raw_rows([]):
        if row in errors:
            padded = [*cells, *[""] * (width - len(cells))]
            # A cell beyond the header stays beyond it: the error stands in its own column.
            written = [*(padded[place] for place in kept), errors[row], *padded[width:]]
            writer.writerow([_inert(cell) for cell in written])
    return out.getvalue()


def _inert(cell: str) -> str:
    """A cell that no spreadsheet executes. An apostrophe goes before a formula; reading a file removes it."""
    return _FORMULA.sub(_quoted, cell)


def _quoted(found: re.Match[str]) -> str:
    before, text = found.groups()
    return f"{before}{text}" if _HARMLESS.fullmatch(text) else f"{before}'{text}"
