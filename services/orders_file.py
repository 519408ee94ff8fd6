"""Reads a CSV file of requests; the whole file is looked through and every mistake is named before anything starts.

Columns: `reference, messaging_profile_id, phone_numbers, loa, bill` and optionally `account, customer`. Numbers are
separated by spaces or `;`; paths count from the folder of the CSV.
"""

import asyncio
import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from domain.messages import HostingRequest
from services import documents, parsing
from services.documents import CheckedPdf
from services.errors import BadFile, Refused
from services.prepare import PreparedRequest, with_papers

REQUIRED = ("reference", "messaging_profile_id", "phone_numbers", "loa", "bill")
OPTIONAL = ("account", "customer")
_MOST_MISTAKES = 100  # more help nobody

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Line:
    """A draft and the row of the file that it stands in, counted as a spreadsheet does."""

    row: int
    draft: PreparedRequest


@dataclass
class _Check:
    """What was found so far in a file: its mistakes, and what must come only once."""

    mistakes: list[str] = field(default_factory=list)
    rows_of_references: dict[object, int] = field(default_factory=dict)
    rows_of_numbers: dict[str, int] = field(default_factory=dict)

    def add(self, row: int, column: str, sentence: str) -> None:
        self.mistakes.append(f"row {row}, column {column}: {sentence}")

    def cell(self, row: int, column: str, cells: Mapping[str, str], read: Callable[[str], _Value]) -> _Value | None:
        """Reads one cell; a mistake is noted under its row and column."""
        try:
            return read(cells.get(column, ""))
        except Refused as refusal:
            self.add(row, column, str(refusal))
            return None


async def read(path: Path, *, by: str = "") -> list[Line]:
    """Reads, checks and gates a whole file.

    Args:
        path: of the CSV.
        by: who asks.

    Raises:
        BadFile: every mistake found, each with row, column and remedy.
    """
    text = await asyncio.to_thread(_text, path)
    check = _Check()
    found = [await _line(check, row, cells, path.parent, by) for row, cells in _rows(check, text, path.name)]
    if check.mistakes:
        raise BadFile(_first(check.mistakes))
    if not found:
        raise BadFile([f"{path.name} has no rows below its header: add one for each request."])
    return [line for line in found if line is not None]


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise BadFile([f"There is no file {path}: correct the path."]) from None
    except OSError as error:
        raise BadFile([f"{path} cannot be read ({error.strerror}): correct its path or its rights."]) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadFile([f"{path.name} is not UTF-8 text (line {line}): save it as “CSV UTF-8”."]) from None
    if "\0" in text:
        raise BadFile([f"{path.name} is not UTF-8 text (it holds zero bytes): save it as “CSV UTF-8”."])
    return text


def _rows(check: _Check, text: str, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yields the rows with their numbers; a broken one ends the reading, since what follows cannot be trusted."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    row = 1
    try:
        header = [cell.strip() for cell in next(reader, [])]
        _refuse_header(header, name)
        for cells in reader:
            row += 1
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) == len(header):
                yield row, {column: cell.strip() for column, cell in zip(header, cells, strict=True)}
            else:
                check.mistakes.append(_wrong_length(row, len(cells), len(header)))
    except csv.Error as error:
        remedy = "close its quotes, and double a quote within a quoted cell"
        check.mistakes.append(f"row {row + 1}: the row is broken ({error}): {remedy}.")


def _wrong_length(row: int, cells: int, columns: int) -> str:
    return (
        f"row {row}: the row has {cells} cells, but the header has {columns} columns: put cells that hold a comma in "
        "quotes, and leave a cell empty rather than out."
    )


def _refuse_header(header: Sequence[str], name: str) -> None:
    known = (*REQUIRED, *OPTIONAL)
    if len(header) == 1 and any(mark in header[0] for mark in ";\t"):
        raise BadFile(
            [f"row 1: the columns of {name} must be separated by commas: save it as “CSV UTF-8” with commas."]
        )
    mistakes = [f"row 1: the column {column} is missing: add it." for column in REQUIRED if column not in header]
    for place, column in enumerate(header, start=1):
        if column not in known:
            shown = repr(column[:80]) if column else f"number {place} (it has no name)"
            mistakes.append(f"row 1: the column {shown} is not known: remove it, or use one of {', '.join(known)}.")
        elif column in header[: place - 1]:
            mistakes.append(f"row 1: the column {column} comes twice: keep one of them.")
    if mistakes:
        raise BadFile(_first(mistakes))


async def _line(check: _Check, row: int, cells: Mapping[str, str], folder: Path, by: str) -> Line | None:
    """One row as a draft; None when it has a mistake, which is then noted."""
    before = len(check.mistakes)
    fields: dict[str, object] = {
        "reference": check.cell(row, "reference", cells, parsing.reference),
        "messaging_profile_id": check.cell(row, "messaging_profile_id", cells, parsing.profile),
        "account": check.cell(row, "account", cells, lambda text: parsing.account(text or "default")),
        "customer": check.cell(row, "customer", cells, parsing.customer),
    }
    numbers = check.cell(row, "phone_numbers", cells, _numbers) or []
    loa = await _paper(check, row, "loa", cells, folder)
    bill = await _paper(check, row, "bill", cells, folder)
    _note_repeated(check, row, fields["reference"], numbers)
    if len(check.mistakes) > before:
        return None
    warnings = tuple(await documents.bill_warnings(bill, numbers))
    request = HostingRequest.model_validate({**fields, "phone_numbers": numbers, "by": by})
    return Line(row, with_papers(PreparedRequest(request, warnings=warnings), loa, bill))


def _numbers(text: str) -> list[str]:
    return parsing.phone_numbers(parsing.split_numbers(text))


async def _paper(check: _Check, row: int, column: str, cells: Mapping[str, str], folder: Path) -> CheckedPdf | None:
    """The paper of a cell; an empty cell means that it is handed in later."""
    if not cells[column]:
        return None
    try:
        return await documents.take(folder / cells[column])
    except Refused as refusal:
        check.add(row, column, str(refusal))
        return None


def _note_repeated(check: _Check, row: int, reference: object, numbers: Sequence[str]) -> None:
    earlier = check.rows_of_references.setdefault(reference, row)
    if earlier != row and reference is not None:
        check.add(row, "reference", f"{reference} stands in row {earlier} already: give each request one of its own.")
    for number in numbers:
        earlier = check.rows_of_numbers.setdefault(number, row)
        if earlier != row:
            check.add(row, "phone_numbers", f"{number} stands in row {earlier} already: a number takes one request.")


def _first(mistakes: Sequence[str]) -> list[str]:
    more = len(mistakes) - _MOST_MISTAKES
    return [*mistakes[:_MOST_MISTAKES], f"… and {more} more mistakes."] if more > 0 else list(mistakes)
