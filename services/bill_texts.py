"""Adds to prepared requests what a reviewer may object to in their bills. Each bill is read once for all of them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from services import documents
from services.documents import CheckedPdf
from services.prepare import PreparedRequest

if TYPE_CHECKING:
    from runtime.pdf_gate import BillReading


async def with_warnings(prepared: Sequence[PreparedRequest]) -> list[PreparedRequest]:
    """The same requests, each with the warnings about its bill.

    Raises:
        Refused: a bill cannot be read any more.
    """
    bills: dict[str, CheckedPdf] = {}
    numbers: dict[str, list[str]] = {}
    for one in prepared:
        if (bill := _bill(one)) is not None:
            bills.setdefault(bill.document.sha256, bill)
            numbers.setdefault(bill.document.sha256, []).extend(one.request.phone_numbers)
    readings = {sha256: await documents.read_bill(bills[sha256], numbers[sha256]) for sha256 in bills}
    missing = {sha256: frozenset(reading.missing) for sha256, reading in readings.items()}
    return [_warned(one, readings, missing) for one in prepared]


def _warned(
    one: PreparedRequest, readings: "dict[str, BillReading]", missing: dict[str, frozenset[str]]
) -> PreparedRequest:
    bill = _bill(one)
    if bill is None:
        return one
    sha256 = bill.document.sha256
    own = [number for number in one.request.phone_numbers if number in missing[sha256]]
    return replace(one, warnings=tuple(documents.warnings_of(bill.pdf.name, replace(readings[sha256], missing=own))))


def _bill(one: PreparedRequest) -> CheckedPdf | None:
    wanted = one.request.bill
    return None if wanted is None else next(pdf for pdf in one.pdfs if pdf.document == wanted)
