"""Draws the LOA and the bill of each row of `tools/demo/examples/orders.csv`: `python -m tools.demo.documents`.

The same rows always give the same bytes, so that version control shows no change.
"""

import csv
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from fpdf import FPDF, XPos, YPos

ORDERS = Path(__file__).parent / "examples" / "orders.csv"
NUMBERS = ORDERS.with_name("numbers.csv")
"""Some of the same numbers, one in each row."""
DOCUMENTS = ORDERS.parent / "documents"
SIGNED_LATER = DOCUMENTS / "unsigned-loa-loa-signed.pdf"
"""The LOA that is submitted after the reviewer refused the one without a signature."""

_DRAWN = datetime(2026, 1, 5, tzinfo=UTC)
_SIGNATURE = "Signed: Pat Example, owner, January 5, 2026"
_NO_SIGNATURE = "Signed: ______________________"


def documents_of(reference: str) -> tuple[Path, Path]:
    """The paths of the LOA and the bill of a request."""
    return DOCUMENTS / f"{reference}-loa.pdf", DOCUMENTS / f"{reference}-bill.pdf"


def numbers_by_reference() -> dict[str, list[str]]:
    """The numbers of each row in E.164, by reference."""
    with ORDERS.open(encoding="utf-8", newline="") as file:
        return {row["reference"]: list(_numbers(row["phone_numbers"])) for row in csv.DictReader(file)}


def profiles() -> list[str]:
    """The messaging profile of each row."""
    with ORDERS.open(encoding="utf-8", newline="") as file:
        return [row["messaging_profile_id"] for row in csv.DictReader(file)]


def draw_all() -> None:
    """Write the PDFs of all rows."""
    DOCUMENTS.mkdir(exist_ok=True)
    for reference, numbers in numbers_by_reference().items():
        loa, bill = documents_of(reference)
        signature = _NO_SIGNATURE if reference == "unsigned-loa" else _SIGNATURE
        _draw(loa, "Letter of Authorization", _loa(numbers, signature))
        _draw(bill, "Telephone bill, December 2025", _bill(numbers))
        if signature == _NO_SIGNATURE:
            _draw(SIGNED_LATER, "Letter of Authorization", _loa(numbers, _SIGNATURE))


def _numbers(cell: str) -> Iterator[str]:
    """The US numbers of a cell: ten digits each, with any separators."""
    digits = re.sub(r"\D", "", cell.replace("+1", ""))
    for start in range(0, len(digits), 10):
        yield f"+1{digits[start : start + 10]}"


def _loa(numbers: list[str], signature: str) -> list[str]:
    return [
        "I am the owner of the telephone numbers below and authorize Telnyx to host their text messages.",
        "The voice service stays with the present carrier.",
        *map(_formatted, numbers),
        signature,
    ]


def _bill(numbers: list[str]) -> list[str]:
    return [
        "Example Telephone Company, 1 Main Street, Austin, TX 78701",
        "Account holder: Pat Example",
        *(f"{_formatted(number)}   business line   $24.00" for number in numbers),
        f"Total: ${24 * len(numbers)}.00",
    ]


def _formatted(number: str) -> str:
    return f"({number[2:5]}) {number[5:8]}-{number[8:]}"


def _draw(path: Path, title: str, lines: list[str]) -> None:
    pdf = FPDF()
    pdf.set_creation_date(_DRAWN)
    pdf.add_page()
    pdf.set_font("Helvetica", "B", 16)
    pdf.cell(text=title, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.set_font("Helvetica", size=11)
    for line in lines:
        pdf.multi_cell(w=0, text=line, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    path.write_bytes(bytes(pdf.output()))


if __name__ == "__main__":
    draw_all()
