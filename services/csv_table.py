"""Reads a CSV table with known columns, as spreadsheets write it. Rows are counted as a spreadsheet counts them.

The header is row 1. Excel adds empty columns at the end, leaves out empty cells at the end of a row, and may begin the
file with a line `sep=;`, which names the separator and is no row.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence

from domain.pasted_text import clean
from domain.text import count
from services.errors import BadFile
from services.table_mistakes import ERROR, Mistake, shortened

MOST_ROWS = 100_000
_MOST_COLUMNS = 100
ENOUGH_MISTAKES = 1000
"""The rest of such a file is not read, unless someone wants to know every bad row."""
_SEPARATOR_LINE = re.compile(r"\"?sep=([,;\t|])\"?[,;]*\r?\n", re.IGNORECASE)


class Table:
    """One reading of a file: its header first, then its rows, once."""

    def __init__(self, content: bytes, name: str) -> None:
        """Reads the header of a file with these bytes and this name, which is for the sentences.

        Raises:
            BadFile: the file is no UTF-8 text, or its header is broken.
        """
        text = _text(content, name)
        named = _SEPARATOR_LINE.match(text)
        self.name = name
        self.separator = named[1] if named else ","
        rest = text[named.end() :] if named else text
        self._reader = csv.reader(io.StringIO(rest, newline=""), delimiter=self.separator, strict=True)
        try:
            self.head = _filled(next(self._reader, []))
        except csv.Error as error:
            raise BadFile([str(_broken(1, error))]) from None
        self.columns = [_column(cell) for cell in self.head]
        """The names of the columns as we write them: `Phone numbers` is `phone_numbers`."""

    def rows(
        self,
        required: Sequence[str],
        optional: Sequence[str],
        mistakes: list[Mistake],
        *,
        enough: int = ENOUGH_MISTAKES,
    ) -> Iterator[tuple[int, dict[str, str]]]:
        """Yields the number and the cells of each row that is not empty. A cell that is left out is empty.

        A row with more cells than columns is skipped and added to the mistakes. A broken row also ends the reading,
        since what follows it cannot be trusted. So do enough mistakes, and a row beyond the `MOST_ROWS` of a file.

        Args:
            required: columns that must be there.
            optional: columns that may be there. A column `error` may be there as well and is not read.
            mistakes: takes what is wrong.
            enough: how many mistakes end the reading.

        Raises:
            BadFile: the header is wrong.
        """
        self._refuse_header(required, (*required, *optional))
        width = len(self.columns)
        for row, cells in self.raw_rows(mistakes):
            if len(mistakes) >= enough:
                break
            if len(cells) > width:
                mistakes.append(Mistake(row, _too_long(len(cells), width)))
            else:
                padded = [*cells, *[""] * (width - len(cells))]
                yield row, {column: cell.strip() for column, cell in zip(self.columns, padded, strict=True)}

    def raw_rows(self, mistakes: list[Mistake]) -> Iterator[tuple[int, Sequence[str]]]:
        """Yields the number and the cells of each row as they were written, up to the last that is not empty."""
        row = 1
        try:
            for row, found in enumerate(self._reader, start=2):
                cells = _filled(found)
                if row > MOST_ROWS + 1 and cells:
                    more = f"{self.name} has more than {MOST_ROWS:,} rows: split it over several files."
                    mistakes.append(Mistake(row, more, divisible=False))
                    break
                if cells:
                    yield row, cells
        except csv.Error as error:
            mistakes.append(_broken(row + 1, error))

    def _refuse_header(self, required: Sequence[str], known: Sequence[str]) -> None:
        header, name = self.columns, self.name
        if len(header) == 1 and any(mark in header[0] for mark in ";\t"):
            raise BadFile([f"row 1: the columns of {name} must be separated by commas: save it as “CSV UTF-8”."])
        if len(header) > _MOST_COLUMNS:
            raise BadFile([f"row 1: {name} has {len(header):,} columns: keep only {', '.join(known)}."])
        mistakes = [f"row 1: the column {column} is missing: add it." for column in required if column not in header]
        seen: set[str] = set()
        for place, column in enumerate(header, start=1):
            if column not in known and column != ERROR:
                shown = repr(column[:80]) if column else f"number {place} (it has no name)"
                mistakes.append(f"row 1: the column {shown} is not known: remove it, or use one of {', '.join(known)}.")
            elif column in seen:
                mistakes.append(f"row 1: the column {column} comes twice: keep one of them.")
            seen.add(column)
        if mistakes:
            raise BadFile(shortened(mistakes))


def _filled(cells: Sequence[str]) -> Sequence[str]:
    """A row up to its last cell that is not empty."""
    end = len(cells)
    while end and not clean(cells[end - 1]):
        end -= 1
    return cells[:end]


def _column(cell: str) -> str:
    return clean(cell).casefold().replace(" ", "_")


def _text(content: bytes, name: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadFile([f"{name} is not UTF-8 text (line {line}): save it as “CSV UTF-8”."]) from None
    if "\0" in text:
        raise BadFile([f"{name} is not UTF-8 text (it holds zero bytes): save it as “CSV UTF-8”."])
    return text


def _broken(row: int, error: csv.Error) -> Mistake:
    remedy = "close its quotes, and double a quote within a quoted cell"
    return Mistake(row, f"the row is broken ({error}): {remedy}.", divisible=False)


def _too_long(cells: int, columns: int) -> str:
    return (
        f"the row has {count(cells, 'cell')}, but the header has {count(columns, 'column')}: put quotes around a cell "
        "that holds the separator, or name the column."
    )
