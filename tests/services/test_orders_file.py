"""A CSV of requests: read whole, every mistake named by row, column and remedy."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from services import orders_file
from services.errors import BadFile
from tests.services.fixtures import MakePdf

HEADER = "reference,messaging_profile_id,phone_numbers,loa,bill"


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def make(text: str | bytes, encoding: str = "utf-8") -> Path:
        path = tmp_path / "orders.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    return make


async def test_a_file_becomes_requests_with_papers_beside_it(
    write: Callable[..., Path], tmp_path: Path, pdf: MakePdf
) -> None:
    shutil.copy(pdf(), tmp_path / "loa.pdf")
    (tmp_path / "bills").mkdir()
    shutil.copy(pdf("Bill for 512-555-0100", "bill.pdf"), tmp_path / "bills" / "may.pdf")
    path = write(f"{HEADER},account,customer\nr-1,p-1,(512) 555-0100; 5125550101,loa.pdf,bills/may.pdf,acme,c1\n")

    [line] = await orders_file.read(path, by="me")

    request = line.draft.request
    assert (line.row, request.reference, request.account, request.customer, request.by) == (
        2,
        "r-1",
        "acme",
        "c1",
        "me",
    )
    assert request.phone_numbers == ["+15125550100", "+15125550101"]
    assert [paper.document.name for paper in line.draft.papers] == ["loa.pdf", "may.pdf"]
    assert line.draft.warnings == ("may.pdf does not show +15125550101: the review may refuse the bill.",)


async def test_papers_account_and_customer_may_be_left_out(write: Callable[..., Path]) -> None:
    [line] = await orders_file.read(write(f"{HEADER}\nr-1,p-1,+15125550100,,\n"))

    request = line.draft.request
    assert (request.loa, request.bill, request.account, request.customer) == (None, None, "default", "")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
async def test_a_byte_order_mark_does_not_matter(write: Callable[..., Path], encoding: str) -> None:
    path = write(f"{HEADER}\r\nr-1,p-1,+15125550100,,\r\n\r\n,,,,\r\n", encoding)

    assert len(await orders_file.read(path)) == 1


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        # the file as a whole
        ("", "row 1: the column reference is missing: add it."),
        (HEADER, "orders.csv has no rows below its header: add one for each request."),
        (f"{HEADER}\nr-ü,p,+15125550100,,".encode("latin-1"), "orders.csv is not UTF-8 text (line 2): save it as"),
        (f"{HEADER}\n".encode("utf-16"), "orders.csv is not UTF-8 text"),
        (f"{HEADER}\nr\0".encode(), "it holds zero bytes"),
        # its header
        ("reference,messaging_profile_id,phone_numbers,loa\n", "row 1: the column bill is missing: add it."),
        (f"{HEADER},colour\n", "row 1: the column 'colour' is not known: remove it, or use one of reference,"),
        (f"{HEADER},\n", "row 1: the column number 6 (it has no name) is not known"),
        (f"{HEADER},bill\n", "row 1: the column bill comes twice: keep one of them."),
        (HEADER.replace(",", ";"), "row 1: the columns of orders.csv must be separated by commas"),
        # its rows
        (f"{HEADER}\nr,p,+15125550100,\n", "row 2: the row has 4 cells, but the header has 5 columns"),
        (f'{HEADER}\nr,p,"+15125550100,,\n', "row 2: the row is broken (unexpected end of data): close its quotes"),
        (f"{HEADER}\na b,p,+15125550100,,\n", "row 2, column reference: 'a b' is no reference"),
        (f"{HEADER}\n,p,+15125550100,,\n", "row 2, column reference: '' is no reference"),
        (f"{HEADER}\nr,,+15125550100,,\n", "row 2, column messaging_profile_id: '' is no messaging profile id"),
        (f"{HEADER}\nr,p,,,\n", "row 2, column phone_numbers: No phone number is given"),
        (f"{HEADER}\nr,p,123,,\n", "row 2, column phone_numbers: '123' is not a US number"),
        (f"{HEADER}\nr,p,5125550100 +15125550100,,\n", "row 2, column phone_numbers: +15125550100 is given more"),
        (f"{HEADER}\nr,p,+15125550100,gone.pdf,\n", "row 2, column loa: There is no file"),
        (f"{HEADER}\nr,p,+15125550100,,.\n", "row 2, column bill:"),
        (f"{HEADER},account\nr,p,+15125550100,,,a b\n", "row 2, column account: 'a b' is no account name"),
        (f'{HEADER},customer\nr,p,+15125550100,,,"O\'N"\n', "row 2, column customer:"),
        # between rows
        (f"{HEADER}\nr,p,5125550100,,\nr,p,5125550101,,\n", "row 3, column reference: r stands in row 2 already"),
        (
            f"{HEADER}\na,p,5125550100,,\nb,p,5125550100,,\n",
            "row 3, column phone_numbers: +15125550100 stands in row 2",
        ),
    ],
)
async def test_a_mistake_is_named_by_row_column_and_remedy(
    write: Callable[..., Path], text: str | bytes, mistake: str
) -> None:
    with pytest.raises(BadFile) as bad:
        await orders_file.read(write(text))

    assert len(bad.value.mistakes) == 1 or "missing" in mistake
    assert mistake in bad.value.mistakes[0]


async def test_all_mistakes_are_named_at_once(write: Callable[..., Path]) -> None:
    text = f"{HEADER}\na b,,123,gone.pdf,\nr,p,5125550100,\nok,p,5125550101,,\nr-3,p,office,,\n"

    with pytest.raises(BadFile) as bad:
        await orders_file.read(write(text))

    places = [mistake.split(":")[0] for mistake in bad.value.mistakes]
    assert places == [
        "row 2, column reference",
        "row 2, column messaging_profile_id",
        "row 2, column phone_numbers",
        "row 2, column loa",
        "row 3",
        "row 5, column phone_numbers",
    ]


async def test_a_file_that_is_wrong_all_over_is_answered_briefly(write: Callable[..., Path]) -> None:
    with pytest.raises(BadFile) as bad:
        await orders_file.read(write(f"{HEADER}\n" + "x y,p,+15125550100,,\n" * 300))

    assert len(bad.value.mistakes) == 101
    assert bad.value.mistakes[-1].startswith("… and ")


async def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="There is no file"):
        await orders_file.read(tmp_path / "gone.csv")
