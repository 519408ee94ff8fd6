"""Reads a CSV file of requests. The whole file is checked, and every mistake is named, before anything starts.

It has one of two forms, which the columns tell apart (docs/decisions/0037). Form A has one request a row, in the
columns `reference` and `phone_numbers`; numbers are separated by spaces or `;`. Form B has one number a row, in the
column `phone_number`, and `services/number_groups.py` makes the requests. The face that has the file also has the PDFs
that its cells name.
"""

from collections.abc import Container
from dataclasses import dataclass, field, replace

from domain.messages import HostingRequest
from domain.printable import LONGEST_NAME, line
from services import bill_texts, number_groups
from services.csv_table import ENOUGH_MISTAKES, MOST_ROWS, Table
from services.errors import BadFile
from services.number_groups import NumberGroup, NumberRow, Terms
from services.order_rows import PdfOf, RowReader
from services.prepare import PreparedRequest
from services.table_mistakes import Mistake, shortened

REQUIRED = ("reference", "messaging_profile_id", "phone_numbers", "loa", "bill")
OPTIONAL = ("account", "customer")
NUMBER = "phone_number"
"""The column that form B has and form A does not."""
REQUIRED_BY_NUMBER = (NUMBER, "messaging_profile_id")
OPTIONAL_BY_NUMBER = ("account", "customer", "loa", "bill")
_EVERY_MISTAKE = 10 * MOST_ROWS


@dataclass(frozen=True)
class Line:
    """A request ready to be started, and its row in the file: in form B the first of its rows."""

    row: int
    prepared: PreparedRequest
    group: NumberGroup | None = None
    """In form B the rows that make the request."""

    @property
    def rows(self) -> tuple[int, ...]:
        """Every row of the file that the request comes from."""
        return (self.row,) if self.group is None else self.group.row_numbers


@dataclass(frozen=True)
class OrdersFile:
    """What a file holds: the requests of its good rows, and the mistakes. In form B a bad row leaves its request."""

    lines: list[Line]
    mistakes: list[Mistake] = field(default_factory=list)


async def read(content: bytes, name: str, pdf_of: PdfOf, *, by: str = "") -> list[Line]:
    """Reads and checks a whole file, documents included.

    Args:
        content: the bytes of the CSV.
        name: of the file, for the sentences.
        pdf_of: the PDF that a cell names.
        by: who starts the requests.

    Raises:
        BadFile: the file has mistakes. Each is named with row, column and remedy.
    """
    return (await read_whole(content, name, pdf_of, by=by)).lines


async def read_whole(content: bytes, name: str, pdf_of: PdfOf, *, by: str = "") -> OrdersFile:
    """The same as a file without mistakes."""
    found = await _read(content, name, pdf_of, by, ENOUGH_MISTAKES)
    if found.mistakes:
        raise BadFile(shortened(found.mistakes))
    return found


async def examine(content: bytes, name: str, pdf_of: PdfOf, *, by: str = "") -> OrdersFile:
    """The same, with the good rows beside every mistake.

    Raises:
        BadFile: the rows cannot be divided into good and bad ones: the file is no table with these columns, or a row is
            broken so that the others cannot be trusted.
    """
    found = await _read(content, name, pdf_of, by, _EVERY_MISTAKE)
    if not all(mistake.divisible for mistake in found.mistakes):
        raise BadFile(shortened(found.mistakes))
    return found


async def without(line: Line, numbers: Container[str]) -> Line | None:
    """The request of form B that is left without some of its numbers, under its own reference; None when none is left.

    Raises:
        Refused: its bill cannot be read any more.
    """
    rows = [row for row in line.group.rows if row.number not in numbers] if line.group else []
    if not rows:
        return None
    rest = _line(NumberGroup(rows), line.prepared.request.by)
    [prepared] = await bill_texts.with_warnings([rest.prepared])
    return replace(rest, prepared=prepared)


async def _read(content: bytes, name: str, pdf_of: PdfOf, by: str, enough: int) -> OrdersFile:
    table = Table(content, line(name, LONGEST_NAME))
    reader = RowReader(pdf_of)
    lines = await (_by_number if NUMBER in table.columns else _by_request)(table, reader, by, enough)
    if not lines and not reader.mistakes:
        raise BadFile([f"{table.name} has no rows below its header: add one for each request."])
    warned = await bill_texts.with_warnings([one.prepared for one in lines])
    return OrdersFile([replace(one, prepared=two) for one, two in zip(lines, warned, strict=True)], reader.mistakes)


async def _by_request(table: Table, reader: RowReader, by: str, enough: int) -> list[Line]:
    """The requests of form A."""
    lines = []
    for row, cells in table.rows(REQUIRED, OPTIONAL, reader.mistakes, enough=enough):
        found = await reader.request(row, cells)
        if found is not None:
            lines.append(Line(row, _prepared(*found, by)))
    return lines


async def _by_number(table: Table, reader: RowReader, by: str, enough: int) -> list[Line]:
    """The requests of form B."""
    rows: list[NumberRow] = []
    for row, cells in table.rows(REQUIRED_BY_NUMBER, OPTIONAL_BY_NUMBER, reader.mistakes, enough=enough):
        found = await reader.number(row, cells)
        if found is not None:
            rows.append(NumberRow(row, *found))
    return [_line(group, by) for group in number_groups.divide(rows)]


def _line(group: NumberGroup, by: str) -> Line:
    return Line(group.rows[0].row, _prepared(group.reference, group.terms, group.numbers, by), group)


def _prepared(reference: str, terms: Terms, numbers: list[str], by: str) -> PreparedRequest:
    request = HostingRequest(
        reference=reference,
        messaging_profile_id=terms.messaging_profile_id,
        phone_numbers=numbers,
        account=terms.account,
        customer=terms.customer,
        loa=terms.loa and terms.loa.document,
        bill=terms.bill and terms.bill.document,
        by=by,
    )
    return PreparedRequest(request, tuple(pdf for pdf in (terms.loa, terms.bill) if pdf is not None))
