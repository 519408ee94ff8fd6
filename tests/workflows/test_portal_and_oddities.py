"""What happens at Telnyx without us, and words that no table knows."""

from domain.judge_numbers import NOT_LISTED
from domain.messages import Progress
from tests.workflows.stage import Stage, states

ONE, TWO = "+15125550111", "+15125550112"
UNKNOWN_ELIGIBILITY = "+15005553015"


async def test_a_code_entered_in_the_portal_is_noticed(stage: Stage) -> None:
    story = await stage.request(ONE, TWO)
    await story.until_asked("codes")
    await stage.control("settings", {"ownership_word_over_rest": True})
    await stage.act(ONE, numbers={ONE: "ownership_successful"})
    await story.until(lambda progress: states(progress)[ONE] == "verified")
    assert (await story.until_asked("codes")).numbers == [TWO]
    await story.codes(TWO)
    await story.ends("active")


async def test_papers_uploaded_in_the_portal_are_noticed(stage: Stage) -> None:
    story = await stage.request(ONE, papers=False)
    await story.until_asked("codes")
    await story.codes(ONE)
    await story.until_asked("documents")
    await stage.act(ONE, order="loa_file_successful")
    seen = await story.until_step("review")
    assert not seen.asks
    await stage.act(ONE, order="successful", numbers={ONE: "successful"})
    await story.ends("active")


async def test_an_order_deleted_in_the_portal_ends_its_numbers_and_is_not_replaced(stage: Stage) -> None:
    story = await stage.in_review(ONE)
    await stage.act(ONE, order="deleted")
    result = await story.ends("not_active")
    assert states(result) == {ONE: "failed"}
    assert "(deleted)" in result.numbers[0].because
    assert len(await stage.orders(ONE)) == 1


async def test_an_unknown_order_word_is_asked_about_with_the_raw_word_and_answered(stage: Stage) -> None:
    story = await stage.in_review(ONE)
    await stage.act(ONE, order="frozen_by_gnomes")
    ask = await story.until_asked("choice")
    assert "frozen_by_gnomes" in ask.guidance
    assert {choice.choice for choice in ask.choices} == {"wait", "go_on", "give_up"}
    await story.answer(ask, "go_on")
    result = await story.ends("active")
    assert "A person confirmed" in result.numbers[0].because


async def test_the_next_known_word_settles_the_question_about_an_unknown_one(stage: Stage) -> None:
    story = await stage.in_review(ONE)
    await stage.act(ONE, order="frozen_by_gnomes")
    await story.until_asked("choice")
    await stage.act(ONE, order="provisioning")
    await story.until(lambda progress: not progress.asks)
    await stage.act(ONE, order="successful", numbers={ONE: "successful"})
    await story.ends("active")


async def test_an_answer_to_wait_is_obeyed_until_the_word_changes(stage: Stage) -> None:
    story = await stage.in_review(ONE)
    await stage.act(ONE, numbers={ONE: "odd_one"})
    ask = await story.until_asked("choice")
    assert ask.numbers == [ONE]
    await story.answer(ask, "wait")
    await stage.until_called(len(await stage.control("calls")) + 3)
    assert not (await story.look()).asks
    await stage.act(ONE, numbers={ONE: "odd_two"})
    assert "odd_two" in (await story.until_asked("choice")).guidance
    await stage.act(ONE, order="successful", numbers={ONE: "successful"})
    await story.ends("active")


async def test_an_unknown_eligibility_word_is_asked_about_before_anything_is_ordered(stage: Stage) -> None:
    story = await stage.request(UNKNOWN_ELIGIBILITY, ONE)
    ask = await story.until_asked("choice")
    assert ask.numbers == [UNKNOWN_ELIGIBILITY]
    assert not await stage.orders(ONE)
    await story.answer(ask, "give_up")
    await story.until_asked("codes")
    await story.codes(ONE)
    result = await story.ends("partly_active")
    assert states(result) == {UNKNOWN_ELIGIBILITY: "given_up", ONE: "active"}


async def test_a_number_removed_from_the_order_in_the_portal_is_asked_about(stage: Stage) -> None:
    story = await stage.in_review(ONE, TWO)
    await stage.act(ONE, numbers={TWO: None})
    ask = await story.until_asked("choice")
    assert ask.numbers == [TWO]
    await story.answer(ask, "give_up")
    await stage.act(ONE, order="successful", numbers={ONE: "successful"})
    result = await story.ends("partly_active")
    assert states(result) == {ONE: "active", TWO: "given_up"}


async def test_a_question_that_the_orders_next_word_raises_as_well_stays_open_and_is_not_asked_twice(
    stage: Stage,
) -> None:
    story = await stage.in_review(ONE, TWO)
    await stage.act(ONE, numbers={TWO: None})
    ask = await story.until_asked("choice")
    await stage.act(ONE, order="provisioning")
    seen = await story.until(lambda progress: _told(progress, NOT_LISTED) > 1)
    assert [one.id for one in seen.asks] == [ask.id]
    assert _told(seen, "Asked a person for choice, about 1 number(s).") == 1
    await story.answer(ask, "give_up")
    await stage.act(ONE, order="successful", numbers={ONE: "successful"})
    await story.ends("partly_active")


def _told(progress: Progress, what: str) -> int:
    return sum(event.what == what for event in progress.events)


async def test_an_order_that_is_done_with_a_number_that_is_not_is_asked_about(stage: Stage) -> None:
    story = await stage.in_review(ONE, TWO)
    await stage.act(ONE, order="successful", numbers={ONE: "successful", TWO: "provisioning"})
    ask = await story.until_asked("choice")
    assert ask.numbers == [TWO]
    assert "'provisioning'" in ask.guidance
    await stage.act(ONE, numbers={TWO: "successful"})
    await story.ends("active")


async def test_a_webhooks_hint_has_the_order_read_at_once(stage: Stage) -> None:
    story = await stage.in_review(ONE)
    await stage.act(ONE, order="successful", numbers={ONE: "successful"})
    await story.handle.signal("telnyx_news", {"event_id": "e", "event_type": "x", "order_id": "o"})
    await story.ends("active")


async def test_a_flood_of_hints_costs_few_looks(stage: Stage) -> None:
    story = await stage.in_review(ONE)
    before = await _order_reads(stage)
    for _ in range(50):
        await story.handle.signal("telnyx_news", {"event_id": "e"})
    await story.look()
    assert await _order_reads(stage) - before < 10
    await stage.act(ONE, order="successful", numbers={ONE: "successful"})
    await story.ends("active")


async def _order_reads(stage: Stage) -> int:
    order_id = (await stage.control("orders"))[0]["id"]
    return await stage.calls("GET", order_id)
