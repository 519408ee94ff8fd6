"""Reads a CSV table with known columns. Rows are counted as a spreadsheet counts them: the header is row 1."""

import csv
import io
from collections.abc import Iterator, Sequence

from services.errors import BadFile

_MOST_MISTAKES = 100  # a longer list helps no one


def rows(
    content: bytes, name: str, required: Sequence[str], optional: Sequence[str], mistakes: list[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yields the number and the cells of each row that is not empty.

    A row of the wrong length is skipped and added to the mistakes. A broken row also ends the reading, since what
    follows it cannot be trusted.

    Args:
        content: the bytes of the file.
        name: of the file, for the sentences.
        required: columns that must be there.
        optional: columns that may be there.
        mistakes: takes one sentence for each mistake.

    Raises:
        BadFile: the file is no UTF-8 text or its header is wrong.
    """
    reader = csv.reader(io.StringIO(_text(content, name), newline=""), strict=True)
    row = 1
    try:
        header = [cell.strip() for cell in next(reader, [])]
        _refuse_header(header, name, required, (*required, *optional))
        for row, cells in enumerate(reader, start=2):
            if any(cell.strip() for cell in cells) and len(cells) != len(header):
                mistakes.append(_wrong_length(row, len(cells), len(header)))
            elif any(cell.strip() for cell in cells):
                yield row, {column: cell.strip() for column, cell in zip(header, cells, strict=True)}
    except csv.Error as error:
        remedy = "close its quotes, and double a quote within a quoted cell"
        mistakes.append(f"row {row + 1}: the row is broken ({error}): {remedy}.")


def shortened(mistakes: Sequence[str]) -> list[str]:
    """The first hundred mistakes, and how many more there are."""
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
    mistakes = [f"row 1: the column {column} is missing: add it." for column in required if column not in header]
    for place, column in enumerate(header, start=1):
        if column not in known:
            shown = repr(column[:80]) if column else f"number {place} (it has no name)"
            mistakes.append(f"row 1: the column {shown} is not known: remove it, or use one of {', '.join(known)}.")
        elif column in header[: place - 1]:
            mistakes.append(f"row 1: the column {column} comes twice: keep one of them.")
    if mistakes:
        raise BadFile(shortened(mistakes))


def _wrong_length(row: int, cells: int, columns: int) -> str:
    return (
        f"row {row}: the row has {cells} cells, but the header has {columns} columns: put quotes around a cell that "
        "holds a comma, and keep the commas of an empty cell."
    )
