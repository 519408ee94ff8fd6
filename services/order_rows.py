"""Reads the rows of a file of requests: cell by cell, with every mistake named, each PDF read and checked once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from domain.pasted_text import clean
from services import documents, parsing
from services.documents import CheckedPdf, Pdf
from services.errors import Refused
from services.number_groups import Terms
from services.table_mistakes import Mistake

PdfOf = Callable[[str], Pdf]
"""The PDF that a cell names."""

Cells = Mapping[str, str]
_Value = TypeVar("_Value")


@dataclass
class RowReader:
    """Reads row after row. It collects the mistakes and remembers what may stand in the file only once."""

    pdf_of: PdfOf
    mistakes: list[Mistake] = field(default_factory=list)
    _rows_of_references: dict[str, int] = field(default_factory=dict)
    _rows_of_numbers: dict[str, int] = field(default_factory=dict)
    _pdfs: dict[str, CheckedPdf | Refused] = field(default_factory=dict)

    async def request(self, row: int, cells: Cells) -> tuple[str, Terms, list[str]] | None:
        """The reference, the terms and the numbers of a request; None when the row has a mistake."""
        before = len(self.mistakes)
        reference = self._cell(row, "reference", cells, parsing.new_reference) or ""
        texts = self._texts(row, cells)
        numbers = self._cell(row, "phone_numbers", cells, _numbers) or []
        terms = await self._terms(row, cells, texts)
        self._refuse_repeated(row, "reference", [reference] if reference else [], self._rows_of_references)
        self._refuse_repeated(row, "phone_numbers", numbers, self._rows_of_numbers)
        return (reference, terms, numbers) if len(self.mistakes) == before else None

    async def number(self, row: int, cells: Cells) -> tuple[str, Terms] | None:
        """The number of a row and its terms; None when the row has a mistake."""
        before = len(self.mistakes)
        number = self._cell(row, "phone_number", cells, parsing.phone_number) or ""
        terms = await self._terms(row, cells, self._texts(row, cells))
        self._refuse_repeated(row, "phone_number", [number] if number else [], self._rows_of_numbers)
        return (number, terms) if len(self.mistakes) == before else None

    def _texts(self, row: int, cells: Cells) -> tuple[str, str, str]:
        """Messaging profile, account and customer; empty where there is a mistake."""
        return (
            self._cell(row, "messaging_profile_id", cells, parsing.profile) or "",
            self._cell(row, "account", cells, lambda text: parsing.account(clean(text) or "default")) or "",
            self._cell(row, "customer", cells, parsing.customer) or "",
        )

    async def _terms(self, row: int, cells: Cells, texts: tuple[str, str, str]) -> Terms:
        return Terms(*texts, await self._pdf(row, "loa", cells), await self._pdf(row, "bill", cells))

    def _cell(self, row: int, column: str, cells: Cells, parse: Callable[[str], _Value]) -> _Value | None:
        try:
            return parse(cells.get(column, ""))
        except Refused as refusal:
            self._collect(row, column, str(refusal))
            return None

    async def _pdf(self, row: int, column: str, cells: Cells) -> CheckedPdf | None:
        """The PDF of a cell. An empty cell means that it is submitted later."""
        cell = cells.get(column, "")
        if not clean(cell):
            return None
        if cell not in self._pdfs:
            self._pdfs[cell] = await self._checked(cell)
        found = self._pdfs[cell]
        if isinstance(found, Refused):
            self._collect(row, column, str(found))
            return None
        return found

    async def _checked(self, cell: str) -> CheckedPdf | Refused:
        try:
            return await documents.check(self.pdf_of(cell))
        except Refused as refusal:
            return refusal

    def _refuse_repeated(self, row: int, column: str, values: Sequence[str], rows: dict[str, int]) -> None:
        for value in values:
            earlier = rows.setdefault(value, row)
            if earlier != row:
                self._collect(row, column, f"{value} is in row {earlier} already: each request needs its own.")

    def _collect(self, row: int, column: str, sentence: str) -> None:
        self.mistakes.append(Mistake(row, sentence, column))


def _numbers(text: str) -> list[str]:
    return parsing.phone_numbers(parsing.split_numbers(text))
