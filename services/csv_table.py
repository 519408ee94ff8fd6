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

MOST_ROWS = 100_000
_MOST_COLUMNS = 100
_MOST_MISTAKES = 100  # a longer list helps no one
_ENOUGH_MISTAKES = 1000  # the rest of such a file is not read
_SEPARATOR_LINE = re.compile(r"\"?sep=([,;\t|])\"?[,;]*\r?\n", re.IGNORECASE)


def rows(
    content: bytes, name: str, required: Sequence[str], optional: Sequence[str], mistakes: list[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yields the number and the cells of each row that is not empty. A cell that is left out is empty.

    A row with more cells than columns is skipped and added to the mistakes. A broken row also ends the reading, since
    what follows it cannot be trusted. So do a thousand mistakes, and a row beyond the `MOST_ROWS` that a file may have.

    Args:
        content: the bytes of the file.
        name: of the file, for the sentences.
        required: columns that must be there.
        optional: columns that may be there.
        mistakes: takes one sentence for each mistake.

    Raises:
        BadFile: the file is no UTF-8 text or its header is wrong.
    """
    reader = _reader(_text(content, name))
    row = 1
    try:
        header = [_column(cell) for cell in _filled(next(reader, []))]
        _refuse_header(header, name, required, (*required, *optional))
        for row, found in enumerate(reader, start=2):
            cells = _filled(found)
            if row > MOST_ROWS + 1 and cells:
                mistakes.append(f"row {row}: {name} has more than {MOST_ROWS:,} rows: split it over several files.")
                break
            if len(mistakes) >= _ENOUGH_MISTAKES:
                break
            if len(cells) > len(header):
                mistakes.append(_too_long(row, len(cells), len(header)))
            elif cells:
                padded = [*cells, *[""] * (len(header) - len(cells))]
                yield row, {column: cell.strip() for column, cell in zip(header, padded, strict=True)}
    except csv.Error as error:
        remedy = "close its quotes, and double a quote within a quoted cell"
        mistakes.append(f"row {row + 1}: the row is broken ({error}): {remedy}.")


def _reader(text: str) -> "Iterator[list[str]]":
    """The rows of a text, separated by commas or by what its first line names."""
    named = _SEPARATOR_LINE.match(text)
    rest = text[named.end() :] if named else text
    return csv.reader(io.StringIO(rest, newline=""), delimiter=named[1] if named else ",", strict=True)


def _filled(cells: Sequence[str]) -> Sequence[str]:
    """A row up to its last cell that is not empty."""
    end = len(cells)
    while end and not clean(cells[end - 1]):
        end -= 1
    return cells[:end]


def _column(cell: str) -> str:
    """The name of a column as we write it: `Phone numbers` is `phone_numbers`."""
    return clean(cell).casefold().replace(" ", "_")


def shortened(mistakes: Sequence[str]) -> list[str]:
    """The first hundred mistakes, and how many more were found."""
    more = len(mistakes) - _MOST_MISTAKES
    return [*mistakes[:_MOST_MISTAKES], f"… and {more} more mistakes."] if more > 0 else list(mistakes)


def _text(content: bytes, name: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadFile([f"{name} is not UTF-8 text (line {line}): save it as “CSV UTF-8”."]) from None
    if "\0" in text:
        raise BadFile([f"{name} is not UTF-8 text (it holds zero bytes): save it as “CSV UTF-8”."])
    return text


def _refuse_header(header: Sequence[str], name: str, required: Sequence[str], known: Sequence[str]) -> None:
    if len(header) == 1 and any(mark in header[0] for mark in ";\t"):
        raise BadFile([f"row 1: the columns of {name} must be separated by commas: save it as “CSV UTF-8”."])
    if len(header) > _MOST_COLUMNS:
        raise BadFile([f"row 1: {name} has {len(header):,} columns: keep only {', '.join(known)}."])
    mistakes = [f"row 1: the column {column} is missing: add it." for column in required if column not in header]
    seen: set[str] = set()
    for place, column in enumerate(header, start=1):
        if column not in known:
            shown = repr(column[:80]) if column else f"number {place} (it has no name)"
            mistakes.append(f"row 1: the column {shown} is not known: remove it, or use one of {', '.join(known)}.")
        elif column in seen:
            mistakes.append(f"row 1: the column {column} comes twice: keep one of them.")
        seen.add(column)
    if mistakes:
        raise BadFile(shortened(mistakes))


def _too_long(row: int, cells: int, columns: int) -> str:
    return (
        f"row {row}: the row has {count(cells, 'cell')}, but the header has {count(columns, 'column')}: put quotes "
        "around a cell that holds the separator, or name the column."
    )
