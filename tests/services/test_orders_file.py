"""A CSV of requests is checked whole. Each mistake is named by row, column and remedy."""

import pytest

from services import orders_file
from services.documents import Pdf
from services.errors import BadFile, Refused
from services.orders_file import Line
from tests.services.fixtures import pdf

HEADER = "reference,messaging_profile_id,phone_numbers,loa,bill"
PDFS = {"loa.pdf": pdf(), "bills/may.pdf": pdf("Bill for 512-555-0100", "may.pdf")}


def pdf_of(cell: str) -> Pdf:
    if cell not in PDFS:
        raise Refused(f"There is no file {cell}: correct the path.")
    return PDFS[cell]


async def read(text: str | bytes, by: str = "") -> list[Line]:
    return await orders_file.read(text if isinstance(text, bytes) else text.encode(), "orders.csv", pdf_of, by=by)


async def test_a_row_becomes_a_request_with_its_documents() -> None:
    numbers = "(512) 555-0100; 5125550101"
    [line] = await read(f"{HEADER},account,customer\nr-1,p-1,{numbers},loa.pdf,bills/may.pdf,acme,c1\n", by="me")

    request, pdfs = line.prepared.request, line.prepared.pdfs
    assert (line.row, request.reference, request.account, request.customer) == (2, "r-1", "acme", "c1")
    assert (request.phone_numbers, request.by) == (["+15125550100", "+15125550101"], "me")
    assert [checked.document.name for checked in pdfs] == ["loa.pdf", "may.pdf"]
    assert [request.loa, request.bill] == [checked.document for checked in pdfs]
    assert "+15125550101" in line.prepared.warnings[0]


async def test_documents_account_and_customer_may_be_left_out() -> None:
    [line] = await read(f"{HEADER}\nr-1,p-1,+15125550100,,\n")

    request = line.prepared.request
    assert (request.loa, request.bill, request.account, request.customer) == (None, None, "default", "")


ROW = "r-1,p-1,+15125550100,,"


@pytest.mark.parametrize(
    "text",
    [
        f"{HEADER}\r\n{ROW}\r\n\r\n,,,,\r\n",
        f"\ufeff{HEADER}\n{ROW}\n",
        f"{HEADER},\r\n{ROW},\r\n",  # Excel's empty last column
        f"{HEADER},,,\n{ROW},,,\n",
        f"{HEADER}\n{ROW},,,\n",
        f"{HEADER},\n{ROW},\u00a0\n",
        f"{HEADER},account,customer\nr-1,p-1,+15125550100\n",  # the empty cells at the end are cut
        f"sep=,\r\n{HEADER}\r\n{ROW}\r\n",
        f"sep=;\r\n{HEADER}\r\n{ROW}\r\n".replace(",", ";"),
        f'\ufeff"sep=;"\n{HEADER};\n{ROW};\n'.replace(",", ";"),
        f"SEP=\t\n{HEADER}\n{ROW}\n".replace(",", "\t"),
        f"{HEADER}\n".replace("phone_numbers", "\u200bPhone numbers ") + ROW,
        f"{HEADER}\n\u200br\u20111,p\u20111\u00a0,\u202a+15125550100\u202c,\u200b,\n",
        f"{HEADER}\n'r-1,'p-1,'+15125550100,,\n",
        f'{HEADER}\nr-1,p-1,"=""5125550100""",,\n',
        f"{HEADER}\nr-1,p-1,5125550100.0,,\n",
    ],
)
async def test_a_file_as_spreadsheets_write_it_is_understood(text: str) -> None:
    [line] = await read(text)

    request = line.prepared.request
    assert (request.reference, request.messaging_profile_id, request.phone_numbers) == ("r-1", "p-1", ["+15125550100"])
    assert line.row == 2


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        # the file as a whole
        ("", "row 1: the column reference"),
        (HEADER, "orders.csv"),
        (f"{HEADER}\nr-ü,p,+15125550100,,".encode("latin-1"), "orders.csv is not UTF-8 text (line 2)"),
        (f"{HEADER}\n".encode("utf-16"), "orders.csv is not UTF-8 text"),
        (f"{HEADER}\nr\0".encode(), "orders.csv is not UTF-8 text"),
        # its header
        ("reference,messaging_profile_id,phone_numbers,loa\n", "row 1: the column bill is missing"),
        (f"{HEADER},colour\n", "row 1: the column 'colour' is not known"),
        (f"{HEADER},,customer\n", "row 1: the column number 6"),
        (f"{HEADER},bill\n", "row 1: the column bill comes twice"),
        (HEADER.replace(",", ";"), "row 1: the columns of orders.csv must be separated by commas"),
        # its rows
        (f"{HEADER}\nr,p,+15125550100,,,x\n", "row 2: the row has 6 cells, but the header has 5 columns"),
        (f"{HEADER},\nr,p,+15125550100,,,x\n", "row 2: the row has 6 cells, but the header has 5 columns"),
        (f"{HEADER}\nr,p\n", "row 2, column phone_numbers: No phone number"),
        (f'{HEADER}\nr,p,"+15125550100,,\n', "row 2: the row is broken"),
        (f"{HEADER}\na b,p,+15125550100,,\n", "row 2, column reference: 'a b'"),
        (f"{HEADER}\n,p,+15125550100,,\n", "row 2, column reference: ''"),
        (f"{HEADER}\nr,,+15125550100,,\n", "row 2, column messaging_profile_id: ''"),
        (f"{HEADER}\nr,p,,,\n", "row 2, column phone_numbers:"),
        (f"{HEADER}\nr,p,123,,\n", "row 2, column phone_numbers: '123'"),
        (f"{HEADER}\nr,p,512555010.0,,\n", "row 2, column phone_numbers: '512555010.0'"),
        (f"{HEADER}\nr,p,01 23 45 67 89,,\n", "row 2, column phone_numbers: '01 23 45 67 89'"),
        (f"{HEADER}\nr,p,2026-05-5501,,\n", "row 2, column phone_numbers: '2026-05-5501'"),
        (f"{HEADER}\nr,p,5125550100 +15125550100,,\n", "row 2, column phone_numbers: +15125550100"),
        (f"{HEADER}\nr,p,+15125550100,gone.pdf,\n", "row 2, column loa: There is no file gone.pdf"),
        (f"{HEADER}\nr,p,+15125550100,,.\n", "row 2, column bill:"),
        (f"{HEADER},account\nr,p,+15125550100,,,a b\n", "row 2, column account: 'a b'"),
        (f'{HEADER},customer\nr,p,+15125550100,,,"O\'N"\n', "row 2, column customer:"),
        # between rows
        (f"{HEADER}\nr,p,5125550100,,\nr,p,5125550101,,\n", "row 3, column reference: r is in row 2"),
        (f"{HEADER}\na,p,5125550100,,\nb,p,5125550100,,\n", "row 3, column phone_numbers: +15125550100 is in row 2"),
    ],
)
async def test_a_mistake_is_named_by_row_column_and_remedy(text: str | bytes, mistake: str) -> None:
    with pytest.raises(BadFile) as bad:
        await read(text)

    assert len(bad.value.mistakes) == 1 or "missing" in bad.value.mistakes[0]
    assert bad.value.mistakes[0].startswith(mistake)


async def test_all_mistakes_are_named_at_once() -> None:
    with pytest.raises(BadFile) as bad:
        await read(f"{HEADER}\na b,,123,gone.pdf,\nr,p,5125550100,,,,\nok,p,5125550101,,\nr-3,p,office,,\n")

    assert [mistake.split(":")[0] for mistake in bad.value.mistakes] == [
        "row 2, column reference",
        "row 2, column messaging_profile_id",
        "row 2, column phone_numbers",
        "row 2, column loa",
        "row 5, column phone_numbers",
    ]


async def test_of_very_many_mistakes_a_hundred_are_named() -> None:
    with pytest.raises(BadFile) as bad:
        await read(f"{HEADER}\n" + "x y,p,+15125550100,,\n" * 300)

    assert len(bad.value.mistakes) == 101


async def test_a_file_that_is_all_mistakes_is_not_read_to_its_end() -> None:
    with pytest.raises(BadFile) as bad:
        await read(f"{HEADER}\n" + "x y,p,+15125550100,,\n" * 20_000)
    assert int(bad.value.mistakes[-1].split()[2]) < 2_000


async def test_a_header_of_countless_columns_is_one_mistake() -> None:
    with pytest.raises(BadFile, match="10,000 columns") as bad:
        await read(f"{HEADER}{',x' * 9_995}\n")
    assert len(bad.value.mistakes) == 1


async def test_a_file_has_a_highest_number_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.csv_table.MOST_ROWS", 2)
    rows = [f"r-{number},p,+1512555010{number},," for number in range(3)]
    assert len(await read("\n".join([HEADER, *rows[:2], ",,"]))) == 2
    with pytest.raises(BadFile, match="more than 2 rows"):
        await read("\n".join([HEADER, *rows]))
