"""A CSV with one number a row: the same rows make the same requests, and a change stays where it is made."""

import tracemalloc
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import pytest

from domain import names
from services import orders_file
from services.documents import Pdf, PdfBytes
from services.errors import BadFile, Refused
from services.orders_file import Line, OrdersFile
from tests.services.fixtures import pdf

HEADER = "phone_number,messaging_profile_id,customer,account,loa,bill"


@dataclass
class Counted:
    """A PDF that counts how often it is read."""

    pdf: PdfBytes
    reads: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.pdf.name

    async def read(self) -> bytes:
        self.reads.append(self.pdf.name)
        return self.pdf.content


LOA = pdf()
PDFS: dict[str, Pdf] = {
    "loa.pdf": LOA,
    "copy of loa.pdf": replace(LOA, name="copy of loa.pdf"),
    "bill.pdf": pdf("Bill for 512-200-0000", "bill.pdf"),
}


def pdf_of(cell: str) -> Pdf:
    if cell not in PDFS:
        raise Refused(f"There is no file {cell}: correct the path.")
    return PDFS[cell]


def numbers(count: int, first: int = 0) -> list[str]:
    return [f"+1512{2_000_000 + number}" for number in range(first, first + count)]


def rows_of(found: Iterable[str], rest: str = "p-1,c1,,,") -> list[str]:
    return [f"{number},{rest}" for number in found]


def table(rows: Iterable[str]) -> bytes:
    return "\n".join([HEADER, *rows]).encode()


async def read(rows: Iterable[str]) -> list[Line]:
    return await orders_file.read(table(rows), "numbers.csv", pdf_of)


async def examine(rows: Iterable[str]) -> OrdersFile:
    return await orders_file.examine(table(rows), "numbers.csv", pdf_of)


def references(lines: Iterable[Line]) -> set[str]:
    return {line.prepared.request.reference for line in lines}


async def test_numbers_share_a_request_when_everything_else_is_the_same() -> None:
    """Documents are compared by content, and an LOA of local numbers says nothing of toll-free ones."""
    lines = await read(
        [
            "512 200 0000,p-1,c1,,loa.pdf,bill.pdf",
            "(512) 200-0001,p-1,c1,default,copy of loa.pdf,bill.pdf",
            "800 200 0000,p-1,c1,,loa.pdf,bill.pdf",
            "512 200 0002,p-2,c1,,loa.pdf,bill.pdf",
            "512 200 0003,p-1,c2,,loa.pdf,bill.pdf",
            "512 200 0004,p-1,c1,acme,loa.pdf,bill.pdf",
            "512 200 0005,p-1,c1,,,bill.pdf",
        ]
    )

    assert [line.row for line in lines] == [2, 4, 5, 6, 7, 8]
    first = lines[0]
    assert (first.rows, first.prepared.request.phone_numbers) == ((2, 3), ["+15122000000", "+15122000001"])
    assert (first.prepared.request.customer, first.prepared.request.account) == ("c1", "default")
    assert len(first.prepared.pdfs) == 2
    assert "+15122000001" in first.prepared.warnings[0]
    assert "+15122000000" not in first.prepared.warnings[0]
    assert len(references(lines)) == len(lines)


async def test_columns_that_would_be_empty_may_be_left_out() -> None:
    [line] = await orders_file.read(b"phone_number,messaging_profile_id\n5122000000,p\n", "n.csv", pdf_of)

    assert line.prepared.request.loa is None
    with pytest.raises(BadFile, match="column messaging_profile_id is missing"):
        await orders_file.read(b"phone_number\n5122000000\n", "n.csv", pdf_of)
    with pytest.raises(BadFile, match="'reference' is not known"):
        await orders_file.read(b"reference,phone_number,messaging_profile_id\nr,5122000000,p\n", "n.csv", pdf_of)


async def test_the_order_of_the_rows_changes_no_request() -> None:
    rows = rows_of(numbers(450))
    once, again = await read(rows), await read(reversed(rows))

    assert references(once) == references(again)
    assert {number for line in once for number in line.prepared.request.phone_numbers} == set(numbers(450))
    assert all(len(line.prepared.request.phone_numbers) <= names.MAX_NUMBERS for line in once)
    assert all(line.prepared.request.reference.startswith("batch-c1-") for line in once)


async def test_a_changed_row_changes_its_own_request_alone() -> None:
    before = references(await read([*rows_of(numbers(1_000)), *rows_of(numbers(10, 5_000), "p-1,c2,,,")]))
    after = references(await read([*rows_of(numbers(1_001)), *rows_of(numbers(10, 5_000), "p-1,c2,,,")]))

    assert len(before - after) == 1
    assert len(after - before) in {1, 2}  # a full part is halved


async def test_two_hundred_are_one_request_and_one_more_are_two() -> None:
    assert len(await read(rows_of(numbers(200)))) == 1
    assert len(await read(rows_of(numbers(201)))) == 2


async def test_a_bad_row_leaves_its_group_and_takes_no_other_reference() -> None:
    """The corrected row, in a file of its own, is a request beside the first one."""
    good = rows_of(numbers(3))
    found = await examine([good[0], "office,p-1,c1,,,", good[1], f"{numbers(1)[0]},p-1,c1,,,", good[2]])

    assert [str(mistake).split(":")[0] for mistake in found.mistakes] == [
        "row 3, column phone_number",
        "row 5, column phone_number",
    ]
    assert references(found.lines) == references(await read(good))
    assert not references(found.lines) & references(await read(rows_of(numbers(1, 9))))
    with pytest.raises(BadFile):
        await read([*good, "office,p-1,c1,,,"])


async def test_a_pdf_is_read_and_checked_once_however_many_rows_name_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once for the check and once for its text. A cell that names no PDF is a mistake of each of its rows."""
    loa, bill = Counted(pdf(name="loa.pdf")), Counted(pdf("Nothing", "bill.pdf"))
    monkeypatch.setitem(PDFS, "loa.pdf", loa)
    monkeypatch.setitem(PDFS, "bill.pdf", bill)
    found = await examine(
        [*rows_of(numbers(500), "p-1,c1,,loa.pdf,bill.pdf"), *rows_of(numbers(2, 900), "p,,,gone.pdf,")]
    )

    assert (len(loa.reads), len(bill.reads)) == (1, 2)
    assert [mistake.row for mistake in found.mistakes] == [502, 503]
    assert all(len(line.prepared.warnings[0]) < 300 for line in found.lines)


async def test_a_broken_row_makes_all_others_unreliable() -> None:
    with pytest.raises(BadFile, match="row 3: the row is broken"):
        await examine([*rows_of(numbers(1)), '"+15122000009,p-1,,,,'])


async def test_memory_grows_with_the_rows_and_stays_small() -> None:
    content = table(rows_of(numbers(10_000), "p-1,c1,,loa.pdf,bill.pdf"))
    tracemalloc.start()
    try:
        found = await orders_file.read(content, "numbers.csv", pdf_of)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert sum(len(line.rows) for line in found) == 10_000
    assert peak / 10_000 < 2_000
