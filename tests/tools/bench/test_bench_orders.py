"""No number is used twice or has a meaning in the simulator, and the documents resemble scans."""

from pathlib import Path

import pytest

from runtime import pdf_gate
from services import parsing
from simulator.test_numbers import ROWS
from tools.bench.orders import DOCUMENT_BYTES, draw_documents, orders, phone_number


def test_no_number_is_in_two_orders() -> None:
    some = orders("one", 300, numbers_each=5) + orders("other", 300, first=1500)
    numbers = [number for order in some for number in order.phone_numbers]
    assert len(set(numbers)) == len(numbers) == 1800


@pytest.mark.parametrize("place", [0, 9_999, 10_000, 2_000_000, 11_999_999])
def test_every_number_of_the_supply_is_a_number_that_people_may_type(place: int) -> None:
    number = phone_number(place)
    assert parsing.phone_number(number) == number
    assert number not in {row.phone_number for row in ROWS}


def test_the_supply_has_an_end() -> None:
    with pytest.raises(ValueError, match="lies beyond"):
        phone_number(12_000_000)


def test_the_documents_pass_the_gate_and_are_as_large_as_scans(tmp_path: Path) -> None:
    documents = draw_documents(tmp_path)
    for path in (documents.loa, documents.bill):
        content = path.read_bytes()
        pdf_gate.check(content, path.name)
        assert DOCUMENT_BYTES <= len(content) <= 1.1 * DOCUMENT_BYTES
    assert documents.loa.read_bytes() != documents.bill.read_bytes()
