"""An upload that Telnyx refuses outright is a question that names the field, and the papers go to the same order."""

import asyncio
from typing import Any

import pytest

from domain.messages import Document
from tests.workflows.stage import PATIENCE, Stage, pdf

ONE = "+15125550281"


async def _other(stage: Stage, reference: str, *names: str) -> dict[str, Document]:
    """Papers that differ from all that were handed in before."""
    return {name: await stage.store.put(reference, pdf(f"Another {name}"), f"{name}.pdf") for name in names}


async def _uploads(stage: Stage, count: int) -> list[dict[str, Any]]:
    """What was uploaded to the one order, once it is so much."""
    async with asyncio.timeout(PATIENCE):
        while len((await stage.orders(ONE))[-1]["uploads"]) < count:  # noqa: ASYNC110 - HTTP has no event to wait for
            await asyncio.sleep(0.02)
    [order] = await stage.orders(ONE)
    uploads: list[dict[str, Any]] = order["uploads"]
    return uploads


async def test_papers_that_came_during_the_review_go_up_when_it_refuses_and_nobody_is_asked(stage: Stage) -> None:
    story = await stage.in_review(ONE)
    papers = await _other(stage, story.reference, "loa", "bill")
    answer = await story.documents(**papers)
    assert answer.accepted
    assert "should it refuse those, these go up in their place" in answer.sentence
    await stage.act(ONE, order="loa_file_invalid")
    (first, second) = await _uploads(stage, 2)
    assert first["loa_sha256"] != second["loa_sha256"] == papers["loa"].sha256
    await story.until_step("review")
    await stage.act(ONE, order="loa_file_invalid")
    await story.until_asked("documents")  # these were refused as well
    answer = await story.documents()
    assert "in their place" not in answer.sentence
    await _uploads(stage, 3)
    await stage.act(ONE, order="successful", numbers={ONE: "successful"})
    result = await story.ends("active")
    told = [event.what for event in result.events]
    assert len([what for what in told if what.startswith("Asked a person for documents")]) == 1
    assert "Other papers were handed in since those that Telnyx refused went up: they are used next." in told


@pytest.mark.parametrize(
    ("word", "given", "asked"),
    [
        ("loa_file_invalid", "bill", True),
        ("loa_file_invalid", "loa", False),
        ("incorrect_billing_information", "loa", True),
        ("incorrect_billing_information", "bill", False),
        ("incomplete_documentation", "bill", False),
        ("incomplete_documentation", "", True),
    ],
)
async def test_the_refused_one_of_the_papers_never_goes_up_a_second_time(
    stage: Stage, word: str, given: str, *, asked: bool
) -> None:
    story = await stage.in_review(ONE)
    if given:
        await story.documents(**await _other(stage, story.reference, given))
    await stage.act(ONE, order=word)
    if asked:
        await story.until_asked("documents")
        assert len(await _uploads(stage, 1)) == 1
        await story.documents(**await _other(stage, story.reference, "loa", "bill"))
    assert len(await _uploads(stage, 2)) == 2
    await story.cancel()
    await story.ends("cancelled")


@pytest.mark.parametrize("pointer", ["/loa", "/bill"])
async def test_a_refused_upload_asks_for_papers_and_names_the_field(stage: Stage, pointer: str) -> None:
    await stage.faults(rate=1, kinds=["422"], calls=["upload"], pointer=pointer, times=1, seed=1)
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await story.codes(ONE)
    ask = await story.until_asked("documents")
    assert pointer in ask.guidance
    await story.documents()
    result = await story.ends("active")
    assert result.order_ids == [await stage.the_order(ONE)]


async def test_an_upload_that_is_refused_for_a_given_up_number_is_a_question_and_can_be_tried_again(
    stage: Stage,
) -> None:
    never = "+15125550282"
    story = await stage.request(ONE, never)
    await story.until_asked("codes")
    await story.give_up(never)
    await story.codes(ONE)
    ask = await story.until_asked("choice")
    assert ask.numbers == [ONE]
    assert never in ask.guidance
    await stage.act(ONE, numbers={never: None})
    await story.answer(ask, "again")
    result = await story.ends("partly_active")
    assert result.order_ids == [await stage.the_order(ONE)]
