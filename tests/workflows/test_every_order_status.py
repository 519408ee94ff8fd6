"""Every status of an order: what becomes of its numbers, who is asked, and what can be done (Telnyx facts §4)."""

import asyncio

import pytest

from domain.advice import CARRIER_CASES, DOCUMENT_RULES
from domain.messages import Progress
from domain.number_statuses import NUMBERS
from domain.order_statuses import ORDERS, OrderKind
from tests.workflows.stage import PATIENCE, Stage, Story, pdf, states
from tests.workflows.telnyx_test_numbers import cast, twist

ONE, TWO = "+15125550211", "+15125550212"
OPEN = [word for word, row in ORDERS.items() if row.kind in {OrderKind.OPEN, OrderKind.IN_REVIEW}]
PAPERS = [word for word, row in ORDERS.items() if row.kind is OrderKind.DOCUMENTS]
ENDED = [word for word, row in ORDERS.items() if row.kind in {OrderKind.CLOSED, OrderKind.DELETED}]
ODD_NUMBERS = ["pending", "ownership_successful", "provisioning"]


async def _submitted(stage: Stage, *numbers: str) -> Story:
    """A request whose papers are up."""
    story = await stage.request(*numbers)
    await story.until_asked("codes")
    await story.codes(*numbers)
    return story


async def _in_review(stage: Stage, *numbers: str) -> Story:
    """A request whose review takes longer than the story."""
    await stage.control("settings", {"review_seconds": 600})
    story = await _submitted(stage, *numbers)
    await story.until_step("review")
    return story


async def _until_order_is(stage: Stage, number: str, word: str) -> None:
    """Wait until the order says a word in truth, and until it was read a few times since."""
    async with asyncio.timeout(PATIENCE):
        while (await stage.orders(number))[-1]["status"] != word:  # noqa: ASYNC110 - HTTP has no event to wait for
            await asyncio.sleep(0.02)
    await stage.until_called(len(await stage.control("calls")) + 2)


def _because(progress: Progress) -> dict[str, str]:
    return {told.phone_number: told.because for told in progress.numbers}


@pytest.mark.parametrize("word", OPEN)
async def test_an_order_under_way_is_waited_for_and_nobody_is_asked(stage: Stage, word: str) -> None:
    number = cast("order", word)
    story = await _submitted(stage, number)
    await _until_order_is(stage, number, word)
    seen = await story.until(lambda progress: states(progress)[number] == "in_review")
    assert not seen.asks
    await stage.act(number, order="successful", numbers={number: "successful"})
    await story.ends("active")


async def test_a_successful_order_makes_its_numbers_active(stage: Stage) -> None:
    number = cast("order", "successful")
    story = await _submitted(stage, number, ONE)
    result = await story.ends("active")
    assert states(result) == {number: "active", ONE: "active"}


@pytest.mark.parametrize("word", PAPERS)
async def test_refused_papers_are_one_question_that_names_all_that_the_guide_lists(stage: Stage, word: str) -> None:
    number, reference = cast("order", word), f"papers-{word}"
    bill = await stage.store.put(reference, pdf("The bill of somebody else"), "bill.pdf")
    story = await stage.request(number, reference=reference, bill=bill)
    await story.until_asked("codes")
    await story.codes(number)
    ask = await story.until_asked("documents")
    assert (ask.numbers, len((await story.look()).asks)) == ([number], 1)
    assert f"({word})" in ask.guidance
    assert DOCUMENT_RULES in ask.guidance
    assert number in ask.guidance
    assert (await story.documents()).accepted
    await _until_uploaded(stage, number, times=2)
    await stage.act(number, order="successful", numbers={number: "successful"})
    result = await story.ends("active")
    assert result.order_ids == [await stage.the_order(number)]


async def test_papers_go_up_to_the_same_order_as_often_as_it_takes(stage: Stage) -> None:
    number = cast("order", "loa_file_invalid")
    story = await _submitted(stage, number)
    for times in (1, 2, 3):
        await _until_uploaded(stage, number, times)
        await story.until_asked("documents")
        if times < 3:
            await story.documents()
            await story.until(lambda progress: not progress.asks)
    await story.give_up(number)
    result = await story.ends("not_active")
    assert len(result.order_ids) == 1


async def _until_uploaded(stage: Stage, number: str, times: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while len((await stage.orders(number))[-1]["uploads"]) < times:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("word", ENDED)
async def test_an_order_that_telnyx_ended_gives_each_number_its_outcome_with_what_to_do(
    stage: Stage, word: str
) -> None:
    number = cast("order", word)
    story = await _submitted(stage, number, ONE)
    result = await story.ends("not_active")
    assert states(result) == {number: "failed", ONE: "failed"}
    told = {row.phone_number: row for row in result.numbers}[ONE]
    assert word in told.because
    assert ORDERS[word].guidance in told.because or NUMBERS[told.status].guidance in told.because
    assert not [
        event for event in result.events if event.what.startswith("Asked a person") and "codes" not in event.what
    ]
    assert len(await stage.orders(number)) == 1, "never a second order by itself"


@pytest.mark.parametrize("word", ENDED)
async def test_an_ended_order_speaks_for_numbers_whose_own_word_is_still_open(stage: Stage, word: str) -> None:
    story = await _in_review(stage, ONE, TWO)
    await stage.act(ONE, order=word)
    result = await story.ends("not_active")
    assert states(result) == {ONE: "failed", TWO: "failed"}
    assert _because(result)[ONE].endswith(ORDERS[word].guidance)


async def test_an_order_deleted_in_the_portal_says_so(stage: Stage) -> None:
    number = twist("deleted in the portal")
    story = await _submitted(stage, number)
    result = await story.ends("not_active")
    assert "(deleted)" in result.numbers[0].because
    assert len(await stage.orders(number)) == 1


async def test_an_order_that_the_carrier_refused_is_settled_by_a_person_with_the_carrier(stage: Stage) -> None:
    number = cast("order", "carrier_rejected")
    story = await _submitted(stage, number)
    ask = await story.until_asked("carrier")
    assert ask.numbers == [number]
    assert CARRIER_CASES in ask.guidance
    await story.retry(number)
    await story.until_asked("codes")
    await story.codes(number)
    await story.until_asked("carrier")
    await story.give_up(number)
    result = await story.ends("not_active")
    assert states(result) == {number: "given_up"}
    assert len(result.order_ids) == 2


@pytest.mark.parametrize("word", ["carrier_rejected", *ENDED[:-1]])
async def test_a_number_that_became_active_stays_so_in_an_order_that_failed(stage: Stage, word: str) -> None:
    story = await _in_review(stage, ONE, TWO)
    await stage.act(ONE, order=word, numbers={ONE: "successful"})
    if word == "carrier_rejected":
        assert (await story.until_asked("carrier")).numbers == [TWO]
        await story.give_up(TWO)
    result = await story.ends("partly_active")
    assert states(result)[ONE] == "active"
    assert f"({word})" in _because(result)[TWO]


async def test_a_number_closed_without_a_reason_takes_the_reason_of_its_order(stage: Stage) -> None:
    story = await _in_review(stage, ONE)
    await stage.act(ONE, order="carrier_rejected", numbers={ONE: "failed"})
    ask = await story.until_asked("carrier")
    assert "(carrier_rejected)" in ask.guidance
    await story.give_up(ONE)
    await story.ends("not_active")


@pytest.mark.parametrize("word", ODD_NUMBERS)
async def test_an_order_that_is_done_with_a_number_that_is_not_is_a_question(stage: Stage, word: str) -> None:
    story = await _in_review(stage, ONE, TWO)
    await stage.control("settings", {"ownership_word_over_rest": True})
    await stage.act(ONE, order="successful", numbers={ONE: "successful", TWO: word})
    ask = await story.until_asked("choice")
    assert ask.numbers == [TWO]
    assert repr(word) in ask.guidance
    assert states(await story.look())[ONE] == "active", "partial success is reported at once"
    await story.answer(ask, "go_on")
    result = await story.ends("active")
    assert "A person confirmed at Telnyx" in _because(result)[TWO]


@pytest.mark.parametrize("word", ["failed", "failed_number_not_found", "deleted"])
async def test_a_number_that_failed_in_a_successful_order_speaks_for_itself(stage: Stage, word: str) -> None:
    story = await _in_review(stage, ONE, TWO)
    await stage.act(ONE, order="successful", numbers={ONE: "successful", TWO: word})
    result = await story.ends("partly_active")
    assert states(result) == {ONE: "active", TWO: "failed"}
    assert _because(result)[TWO].endswith(NUMBERS[word].guidance)


async def test_an_order_word_that_no_table_knows_is_asked_about_and_settled_by_the_next_known_word(
    stage: Stage,
) -> None:
    number = twist("unknown order word")
    story = await _submitted(stage, number)
    ask = await story.until_asked("choice")
    assert "'regulatory_hold'" in ask.guidance
    assert {choice.choice for choice in ask.choices} == {"wait", "go_on", "give_up"}
    await stage.act(number, order="provisioning")
    await story.until(lambda progress: not progress.asks)
    await stage.act(number, order="successful", numbers={number: "successful"})
    await story.ends("active")


async def test_an_order_without_a_word_is_asked_about(stage: Stage) -> None:
    story = await _in_review(stage, ONE)
    order_id = await stage.the_order(ONE)
    await stage.control(f"orders/{order_id}/status", {"order": ""})
    ask = await story.until_asked("choice")
    assert order_id in ask.guidance
    await story.answer(ask, "give_up")
    result = await story.ends("not_active")
    assert states(result) == {ONE: "given_up"}
    assert order_id in result.left_behind[0], "what is not understood is never deleted"
