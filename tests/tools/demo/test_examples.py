"""The examples fit together: the CSV can be imported, the documents pass the gate, and the story finds every error."""

from collections.abc import Callable
from typing import Any

import pytest

from commands.files import PdfFile
from runtime import pdf_gate
from services import orders_file
from tools.demo import story
from tools.demo.documents import DOCUMENTS, NUMBERS, ORDERS, SIGNED_LATER, documents_of, numbers_by_reference
from tools.demo.processes import DemoFailed

PROFILE = "3f1b8c52-6a0e-4d8b-9c34-5b7a2f10c0ff"


async def test_the_csv_names_seven_requests_and_thirteen_numbers() -> None:
    lines = await orders_file.read(ORDERS.read_bytes(), ORDERS.name, lambda cell: PdfFile(ORDERS.parent / cell))
    numbers = {line.prepared.request.reference: line.prepared.request.phone_numbers for line in lines}
    assert numbers == numbers_by_reference()
    assert list(numbers) == list(story.ABOUT)
    assert sum(map(len, numbers.values())) == 13


async def test_the_csv_with_one_number_a_row_has_each_column_and_makes_four_requests() -> None:
    """Its toll-free number is in a request of its own, and no bill lacks a number."""
    columns = NUMBERS.read_text(encoding="utf-8").partition("\n")[0].split(",")
    assert {*columns} == {*orders_file.REQUIRED_BY_NUMBER, *orders_file.OPTIONAL_BY_NUMBER}
    lines = await orders_file.read(NUMBERS.read_bytes(), NUMBERS.name, lambda cell: PdfFile(NUMBERS.parent / cell))
    prepared = [line.prepared for line in lines]
    assert [(one.request.customer, len(one.request.phone_numbers)) for one in prepared] == [
        ("c-1001", 2),
        ("c-1002", 2),
        ("c-1004", 2),
        ("c-1004", 1),
    ]
    assert prepared[3].request.phone_numbers == ["+18885550133"]
    assert [one.warnings for one in prepared] == [()] * 4


@pytest.mark.parametrize("reference", numbers_by_reference())
def test_both_documents_show_the_numbers_of_their_request(reference: str) -> None:
    loa, bill = documents_of(reference)
    numbers = numbers_by_reference()[reference]
    for document in (loa, bill):
        pdf_gate.check(document.read_bytes(), document.name)
        reading = pdf_gate.numbers_missing_from(document.read_bytes(), numbers)
        assert (reading.readable, list(reading.missing)) == (True, [])


def test_every_document_belongs_to_a_request() -> None:
    wanted = {path for reference in numbers_by_reference() for path in documents_of(reference)}
    assert set(DOCUMENTS.iterdir()) == wanted | {SIGNED_LATER}


def order(order_id: str, rows: list[dict[str, Any]], minute: int) -> dict[str, Any]:
    """An order at Telnyx that ended in this minute."""
    history = [{"at": f"2026-01-05T10:{minute:02}:00+00:00", "what": "order successful"}]
    return {"id": order_id, "messaging_profile_id": PROFILE, "phone_numbers": rows, "history": history}


@pytest.fixture
def ends() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The expected ends of all requests, and the orders at Telnyx."""
    shown, orders = [], []
    for reference, numbers in numbers_by_reference().items():
        states = {number: "left_out" if number == story.MOBILE else "active" for number in numbers}
        rows = [{"phone_number": number, "state": state} for number, state in states.items()]
        outcome = "partly_active" if story.MOBILE in numbers else "active"
        held = [row for row in rows if row["state"] == "active"]
        again = [[row] for row in rows if row["phone_number"] in story.ORDERED_TWICE]
        own = [order(f"{reference}-{place}", rows, place) for place, rows in enumerate([held, *again], start=1)]
        ids = [one["id"] for one in own]
        shown.append({"reference": reference, "outcome": outcome, "order_ids": ids, "numbers": rows})
        orders += own
    return shown, orders


Ends = tuple[list[dict[str, Any]], list[dict[str, Any]]]


def test_the_story_accepts_the_expected_ends(ends: Ends) -> None:
    story.check(*ends)
    assert "60 seconds" in " ".join(story.epilogue(ends[1]))


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (lambda _, orders: orders.append({**orders[0], "id": "second"}), "plain"),
        (lambda _, orders: orders.append({"id": "stray", "phone_numbers": []}), "10 orders for 7 requests, not 9"),
        (lambda shown, _: shown[1]["numbers"][0].update(state="failed"), "mistyped-code"),
        (lambda _, orders: orders.remove(next(one for one in orders if one["id"] == "timed-out-2")), "timed-out"),
    ],
)
def test_the_story_finds_every_error(ends: Ends, spoil: Callable[..., None], named: str) -> None:
    spoil(*ends)
    with pytest.raises(DemoFailed, match=named):
        story.check(*ends)


def test_the_story_finds_a_number_that_waited_for_its_rejected_neighbor(ends: Ends) -> None:
    first = next(one for one in ends[1] if one["id"] == f"{story.REJECTED}-1")
    first["history"][-1]["at"] = "2026-01-05T11:00:00+00:00"
    with pytest.raises(DemoFailed, match="only after"):
        story.epilogue(ends[1])
