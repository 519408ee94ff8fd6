"""The examples fit together: the CSV can be imported, the papers pass the gate, and the story would notice a lie."""

import copy
import re
from typing import Any

import pytest

from demo import after, story
from demo.papers import ORDERS, PAPERS, SIGNED_LATER, numbers_by_reference, papers_of
from demo.processes import DemoFailed
from domain.vocabulary import AskKind
from runtime import pdf_gate
from support import orders_file

PROFILE = "3f1b8c52-6a0e-4d8b-9c34-5b7a2f10c0ff"


async def test_the_csv_names_five_requests_and_ten_numbers() -> None:
    lines = await orders_file.read(ORDERS)
    numbers = {line.draft.request.reference: line.draft.request.phone_numbers for line in lines}
    assert numbers == numbers_by_reference()
    assert list(numbers) == list(story.ABOUT)
    assert sum(map(len, numbers.values())) == 10


@pytest.mark.parametrize("reference", numbers_by_reference())
def test_both_papers_name_the_numbers_of_its_request(reference: str) -> None:
    loa, bill = papers_of(reference)
    numbers = numbers_by_reference()[reference]
    for paper in (loa, bill):
        pdf_gate.check(paper.read_bytes(), paper.name)
        reading = pdf_gate.numbers_missing_from(paper.read_bytes(), numbers)
        assert (reading.readable, list(reading.missing)) == (True, [])


def test_no_paper_lies_there_without_a_request() -> None:
    wanted = {path for reference in numbers_by_reference() for path in papers_of(reference)}
    assert set(PAPERS.iterdir()) == wanted | {SIGNED_LATER}


def test_the_link_to_whoever_waits_names_every_kind_of_question() -> None:
    named = set(re.findall(r"'([a-z]+)'", after.WAITS_FOR_A_PERSON))
    assert named == {str(kind) for kind in AskKind}


@pytest.fixture
def told() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """How all requests end when all goes well, and the orders at Telnyx."""
    shown, orders = [], []
    for reference, numbers in numbers_by_reference().items():
        states = {number: "left_out" if number == story.MOBILE else "active" for number in numbers}
        rows = [{"phone_number": number, "state": state} for number, state in states.items()]
        outcome = "partly_active" if story.MOBILE in numbers else "active"
        shown.append({"reference": reference, "outcome": outcome, "order_ids": [reference], "numbers": rows})
        held = [row for row in rows if row["state"] == "active"]
        orders.append({"id": reference, "messaging_profile_id": PROFILE, "phone_numbers": held})
    return shown, orders


Told = tuple[list[dict[str, Any]], list[dict[str, Any]]]


def test_the_story_is_content_when_all_went_well(told: Told) -> None:
    story.must_have_come_true(*told)


def test_the_story_notices_a_second_order(told: Told) -> None:
    shown, orders = told
    with pytest.raises(DemoFailed, match="plain"):
        story.must_have_come_true(shown, [*orders, {**orders[0], "id": "second"}])


def test_the_story_notices_an_order_that_nobody_asked_for(told: Told) -> None:
    shown, orders = told
    with pytest.raises(DemoFailed, match="6 orders for 5 requests"):
        story.must_have_come_true(shown, [*orders, {"id": "stray", "phone_numbers": []}])


def test_the_story_notices_a_number_that_ended_otherwise(told: Told) -> None:
    shown, orders = copy.deepcopy(told)
    shown[1]["numbers"][0]["state"] = "failed"
    with pytest.raises(DemoFailed, match="mistyped-code"):
        story.must_have_come_true(shown, orders)
