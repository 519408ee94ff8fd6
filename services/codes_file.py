"""Reads a CSV file of ownership codes. No sentence about it repeats a cell: any cell may be a code."""

from dataclasses import dataclass, field

from domain.messages import Code
from domain.pasted_text import clean
from domain.printable import LONGEST_NAME, line
from services import parsing
from services.csv_table import MOST_ROWS, Table
from services.errors import BadFile, Refused
from services.table_mistakes import ERROR, Mistake, shortened

COLUMNS = ("phone_number", "code")


@dataclass(frozen=True)
class CodeRow:
    """The code of a number, and its row in the file."""

    row: int
    code: Code = field(repr=False)


@dataclass(frozen=True)
class CodesFile:
    """What a file of codes holds."""

    rows: list[CodeRow]
    mistakes: list[Mistake]


def read(content: bytes, name: str) -> CodesFile:
    """Reads a whole file. A malformed row is a mistake and keeps no other row back.

    Args:
        content: the bytes of the CSV.
        name: of the file, for the sentences.

    Raises:
        BadFile: it is no table with these columns, or a row is broken so that the others cannot be trusted.
    """
    table, mistakes = Table(content, line(name, LONGEST_NAME)), list[Mistake]()
    if not set(COLUMNS) <= {*table.columns} or not {*table.columns} <= {*COLUMNS, ERROR}:
        raise BadFile([f"row 1: the columns of {table.name} must be phone_number and code."])
    rows, seen = list[CodeRow](), dict[str, int]()
    for row, cells in table.rows(COLUMNS, (), mistakes, enough=MOST_ROWS):
        try:
            rows.append(CodeRow(row, _code(row, cells["phone_number"], cells["code"], seen)))
        except Refused as refusal:
            mistakes.append(Mistake(row, str(refusal)))
    if not all(mistake.divisible for mistake in mistakes):
        raise BadFile(shortened(mistakes))
    if not rows and not mistakes:
        raise BadFile([f"{table.name} has no rows below its header: add one for each code."])
    return CodesFile(rows, mistakes)


def _code(row: int, number: str, code: str, seen: dict[str, int]) -> Code:
    try:
        phone_number = parsing.phone_number(number)
    except Refused:
        raise Refused("The phone number is no US number: write it as +15125550100.") from None
    if seen.setdefault(phone_number, row) != row:
        raise Refused(f"The phone number is in row {seen[phone_number]} already: give each number once.")
    if not parsing.is_code(clean(code)):
        raise Refused("The code is not 3 to 12 digits: type only the digits that were read out.")
    return Code(phone_number=phone_number, code=clean(code))
