"""Reads a CSV file of requests. The whole file is checked, and every mistake is named, before anything starts.

Columns: `reference, messaging_profile_id, phone_numbers, loa, bill` and optionally `account, customer`. Numbers are
separated by spaces or `;`. The face that has the file also has the PDFs that its cells name.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from domain.messages import HostingRequest
from domain.pasted_text import clean
from domain.printable import LONGEST_NAME, line
from services import csv_table, documents, parsing
from services.documents import CheckedPdf, Pdf
from services.errors import BadFile, Refused
from services.prepare import PreparedRequest, with_documents

REQUIRED = ("reference", "messaging_profile_id", "phone_numbers", "loa", "bill")
OPTIONAL = ("account", "customer")

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Line:
    """A request ready to be started, and its row in the file."""

    row: int
    prepared: PreparedRequest


async def read(content: bytes, name: str, pdf_of: Callable[[str], Pdf], *, by: str = "") -> list[Line]:
    """Reads and checks a whole file, documents included.

    Args:
        content: the bytes of the CSV.
        name: of the file, for the sentences.
        pdf_of: the PDF that a cell names.
        by: who starts the requests.

    Raises:
        BadFile: the file has mistakes. Each is named with row, column and remedy.
    """
    check, name = _Check(pdf_of, by), line(name, LONGEST_NAME)
    found = [
        await check.line(row, cells) for row, cells in csv_table.rows(content, name, REQUIRED, OPTIONAL, check.mistakes)
    ]
    if check.mistakes:
        raise BadFile(csv_table.shortened(check.mistakes))
    if not found:
        raise BadFile([f"{name} has no rows below its header: add one for each request."])
    return [line for line in found if line is not None]


@dataclass
class _Check:
    """Checks row after row. It collects the mistakes and remembers what may stand in the file only once."""

    pdf_of: Callable[[str], Pdf]
    by: str
    mistakes: list[str] = field(default_factory=list)
    rows_of_references: dict[str, int] = field(default_factory=dict)
    rows_of_numbers: dict[str, int] = field(default_factory=dict)

    async def line(self, row: int, cells: Mapping[str, str]) -> Line | None:
        """The request of a row; None when the row has a mistake, which is then collected."""
        before = len(self.mistakes)
        fields = {
            "reference": self._cell(row, "reference", cells, parsing.new_reference),
            "messaging_profile_id": self._cell(row, "messaging_profile_id", cells, parsing.profile),
            "account": self._cell(row, "account", cells, lambda text: parsing.account(clean(text) or "default")),
            "customer": self._cell(row, "customer", cells, parsing.customer),
        }
        numbers = self._cell(row, "phone_numbers", cells, _numbers) or []
        loa = await self._pdf(row, "loa", cells)
        bill = await self._pdf(row, "bill", cells)
        reference = fields["reference"]
        self._refuse_repeated(row, "reference", [reference] if reference else [], self.rows_of_references)
        self._refuse_repeated(row, "phone_numbers", numbers, self.rows_of_numbers)
        if len(self.mistakes) > before:
            return None
        request = HostingRequest.model_validate({**fields, "phone_numbers": numbers, "by": self.by})
        return Line(row, await with_documents(request, loa, bill))

    def _cell(self, row: int, column: str, cells: Mapping[str, str], parse: Callable[[str], _Value]) -> _Value | None:
        try:
            return parse(cells.get(column, ""))
        except Refused as refusal:
            self._collect(row, column, str(refusal))
            return None

    async def _pdf(self, row: int, column: str, cells: Mapping[str, str]) -> CheckedPdf | None:
        """The PDF of a cell. An empty cell means that it is submitted later."""
        if not clean(cells[column]):
            return None
        try:
            return await documents.check(self.pdf_of(cells[column]))
        except Refused as refusal:
            self._collect(row, column, str(refusal))
            return None

    def _refuse_repeated(self, row: int, column: str, values: Sequence[str], rows: dict[str, int]) -> None:
        for value in values:
            earlier = rows.setdefault(value, row)
            if earlier != row:
                self._collect(row, column, f"{value} is in row {earlier} already: each request needs its own.")

    def _collect(self, row: int, column: str, sentence: str) -> None:
        self.mistakes.append(f"row {row}, column {column}: {sentence}")


def _numbers(text: str) -> list[str]:
    return parsing.phone_numbers(parsing.split_numbers(text))
