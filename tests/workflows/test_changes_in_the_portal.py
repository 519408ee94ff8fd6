"""What happens at Telnyx without us is noticed, and an open question follows the order's status."""

from tests.workflows.stage import Stage
from tests.workflows.story import states

ONE, TWO = "+15125550111", "+15125550112"


async def test_a_code_entered_in_the_portal_is_noticed(stage: Stage) -> None:
    story = await stage.request(ONE, TWO)
    await story.until_asked("codes")
    await stage.configure(ownership_word_over_rest=True)
    await stage.set_status(ONE, numbers={ONE: "ownership_successful"})
    await story.until(lambda progress: states(progress)[ONE] == "verified")
    assert (await story.until_asked("codes")).numbers == [TWO]
    await story.completes(TWO)


async def test_a_code_entered_in_the_portal_is_noticed_by_a_webhook_where_the_api_hides_it(stage: Stage) -> None:
    story = await stage.request(ONE, TWO)
    await story.until_asked("codes")
    await stage.set_status(ONE, numbers={ONE: "ownership_successful"})
    await story.hint(order_id="another", verified=[ONE, TWO])
    await story.hint(order_id=await stage.the_order(ONE), verified=[ONE])
    seen = await story.until(lambda progress: states(progress)[ONE] == "verified")
    assert states(seen)[TWO] == "unverified"
    assert (await story.until_asked("codes")).numbers == [TWO]
    await story.completes(TWO)


async def test_documents_uploaded_in_the_portal_are_noticed(stage: Stage) -> None:
    story = await stage.request(ONE, documents=False)
    await story.prove(ONE)
    await story.until_asked("documents")
    await stage.set_status(ONE, "loa_file_successful")
    assert not (await story.until_step("review")).asks
    await stage.approve(ONE)
    await story.ends("active")


async def test_a_person_may_count_the_numbers_of_an_unknown_order_status_as_active(stage: Stage) -> None:
    story = await stage.in_review(ONE)
    await stage.set_status(ONE, "frozen_by_gnomes")
    ask = await story.until_asked("choice")
    assert "frozen_by_gnomes" in ask.guidance
    await story.answer(ask, "go_on")
    assert states(await story.ends("active")) == {ONE: "active"}


async def test_after_the_answer_to_wait_no_ask_opens_until_the_status_changes(stage: Stage) -> None:
    story = await stage.in_review(ONE)
    await stage.set_status(ONE, numbers={ONE: "odd_one"})
    ask = await story.until_asked("choice")
    assert ask.numbers == [ONE]
    await story.answer(ask, "wait")
    await stage.until_called_again(3)
    assert not (await story.look()).asks
    await stage.set_status(ONE, numbers={ONE: "odd_two"})
    assert "odd_two" in (await story.until_asked("choice")).guidance
    await stage.approve(ONE)
    await story.ends("active")


async def test_a_question_that_the_next_status_raises_again_stays_open_and_is_not_asked_twice(stage: Stage) -> None:
    story = await stage.in_review(ONE, TWO)
    await stage.set_status(ONE, numbers={TWO: None})
    ask = await story.until_asked("choice")
    events = len((await story.look()).events)
    await stage.set_status(ONE, "provisioning")
    seen = await story.until(lambda progress: len(progress.events) > events)
    assert [one.id for one in seen.asks] == [ask.id]
    assert [entry["ask"] for entry in stage.notified("ask_opened", kind="choice")] == [ask.id]
