"""The orders that every design gets: the same numbers, documents and profile."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fpdf import FPDF

PROFILE = "7c1b2a90-4c4e-4b9e-9a4e-0f1f5d1c2b3a"
DOCUMENT_BYTES = 60_000
_AREAS = ("212", "303", "312", "404", "512", "617", "702", "813")
_LINES = 10_000
_EXCHANGES = 150


@dataclass(frozen=True)
class Order:
    """One order, with its own reference and numbers."""

    reference: str
    phone_numbers: tuple[str, ...]


@dataclass(frozen=True)
class Documents:
    """The two PDFs of every order."""

    loa: Path
    bill: Path


def orders(prefix: str, count: int, *, numbers_each: int = 1, first: int = 0) -> list[Order]:
    """Orders with consecutive numbers.

    Args:
        prefix: of their references.
        count: how many.
        numbers_each: 1–200.
        first: how many numbers of the supply to skip.
    """
    supply = [phone_number(first + place) for place in range(count * numbers_each)]
    return [
        Order(f"{prefix}-{place}", tuple(supply[place * numbers_each : (place + 1) * numbers_each]))
        for place in range(count)
    ]


def phone_number(place: int) -> str:
    """The number at a place of the supply, in E.164. None is a test number of the simulator.

    Raises:
        ValueError: the supply has no such place.
    """
    block, line = divmod(place, _LINES)
    area, exchange = divmod(block, _EXCHANGES)
    if area >= len(_AREAS):
        raise ValueError(f"There are {len(_AREAS) * _EXCHANGES * _LINES} numbers, and place {place} lies beyond.")
    return f"+1{_AREAS[area]}{600 + exchange}{line:04}"


def draw_documents(folder: Path) -> Documents:
    """Write an LOA and a bill of about 60 KB each that resemble scans: little text, and bytes that do not compress."""
    documents = Documents(folder / "loa.pdf", folder / "bill.pdf")
    _draw(documents.loa, ["Letter of Authorization", "Signed: Pat Example, owner"], seed=1)
    _draw(documents.bill, ["Telephone bill", "Amount due: 42.00"], seed=2)
    return documents


def _draw(path: Path, lines: Sequence[str], seed: int) -> None:
    page = FPDF()
    page.add_page()
    page.set_font("Helvetica", size=12)
    for line in lines:
        page.cell(text=line)
        page.ln()
    scan = random.Random(seed).randbytes(DOCUMENT_BYTES)  # noqa: S311 - filler, the same in every run
    page.embed_file(bytes=scan, basename="scan.bin")
    page.output(str(path))
