"""The examples fit together: the CSV can be imported, the documents pass the gate, and the story finds every error."""

import copy
from typing import Any

import pytest

from commands.files import PdfFile
from runtime import pdf_gate
from services import orders_file
from tools.demo import story
from tools.demo.documents import DOCUMENTS, ORDERS, SIGNED_LATER, documents_of, numbers_by_reference
from tools.demo.processes import DemoFailed

PROFILE = "3f1b8c52-6a0e-4d8b-9c34-5b7a2f10c0ff"


async def test_the_csv_names_seven_requests_and_thirteen_numbers() -> None:
    lines = await orders_file.read(ORDERS.read_bytes(), ORDERS.name, lambda cell: PdfFile(ORDERS.parent / cell))
    numbers = {line.prepared.request.reference: line.prepared.request.phone_numbers for line in lines}
    assert numbers == numbers_by_reference()
    assert list(numbers) == list(story.ABOUT)
    assert sum(map(len, numbers.values())) == 13


@pytest.mark.parametrize("reference", numbers_by_reference())
def test_both_papers_name_the_numbers_of_its_request(reference: str) -> None:
    loa, bill = documents_of(reference)
    numbers = numbers_by_reference()[reference]
    for paper in (loa, bill):
        pdf_gate.check(paper.read_bytes(), paper.name)
        reading = pdf_gate.numbers_missing_from(paper.read_bytes(), numbers)
        assert (reading.readable, list(reading.missing)) == (True, [])


def test_no_paper_lies_there_without_a_request() -> None:
    wanted = {path for reference in numbers_by_reference() for path in documents_of(reference)}
    assert set(DOCUMENTS.iterdir()) == wanted | {SIGNED_LATER}


def order(order_id: str, rows: list[dict[str, Any]], minute: int) -> dict[str, Any]:
    """An order at Telnyx that was over in a minute of the day."""
    history = [{"at": f"2026-01-05T10:{minute:02}:00+00:00", "what": "order successful"}]
    return {"id": order_id, "messaging_profile_id": PROFILE, "phone_numbers": rows, "history": history}


@pytest.fixture
def told() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """How all requests end when all goes well, and the orders at Telnyx."""
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


Told = tuple[list[dict[str, Any]], list[dict[str, Any]]]


def test_the_story_is_content_when_all_went_well(told: Told) -> None:
    story.check(*told)


def test_the_story_notices_a_second_order(told: Told) -> None:
    shown, orders = told
    with pytest.raises(DemoFailed, match="plain"):
        story.check(shown, [*orders, {**orders[0], "id": "second"}])


def test_the_story_notices_an_order_that_nobody_asked_for(told: Told) -> None:
    shown, orders = told
    with pytest.raises(DemoFailed, match="10 orders for 7 requests, not 9"):
        story.check(shown, [*orders, {"id": "stray", "phone_numbers": []}])


def test_the_story_notices_a_number_that_ended_otherwise(told: Told) -> None:
    shown, orders = copy.deepcopy(told)
    shown[1]["numbers"][0]["state"] = "failed"
    with pytest.raises(DemoFailed, match="mistyped-code"):
        story.check(shown, orders)


def test_the_story_notices_a_number_that_never_got_its_second_order(told: Told) -> None:
    shown, orders = copy.deepcopy(told)
    request = next(request for request in shown if request["reference"] == story.TIMED_OUT)
    gone = request["order_ids"].pop()
    with pytest.raises(DemoFailed, match=story.TIMED_OUT):
        story.check(shown, [one for one in orders if one["id"] != gone])


def test_the_end_tells_how_much_earlier_the_neighbour_of_a_rejected_number_was_active(told: Told) -> None:
    _, orders = told
    assert "active 60 seconds earlier" in " ".join(story.epilogue(orders))


def test_the_story_notices_a_number_that_waited_for_its_rejected_neighbour(told: Told) -> None:
    orders = copy.deepcopy(told[1])
    next(one for one in orders if one["id"] == f"{story.REJECTED}-1")["history"][-1]["at"] = "2026-01-05T11:00:00+00:00"
    with pytest.raises(DemoFailed, match="only after"):
        story.epilogue(orders)
