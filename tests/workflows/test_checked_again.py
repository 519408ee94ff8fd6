"""Whether a number can be hosted may change until it is ordered, so an old check is made again first."""

from datetime import timedelta

from temporalio.testing import WorkflowEnvironment

from tests.workflows.stage import Stage
from tests.workflows.story import row_of, states
from tests.workflows.telnyx_test_numbers import number_named

ONE, TWO, OTHER = "+15125550191", "+15125550192", "+15125550193"
WIRELESS = "number_can_not_be_wireless"


async def test_numbers_that_a_question_held_up_for_days_are_checked_again_before_they_are_ordered(
    skipping: Stage, skipping_server: WorkflowEnvironment
) -> None:
    await skipping.order_in_portal(ONE, OTHER)
    story = await skipping.request(ONE, TWO)
    ask = await story.until_asked("choice")
    await skipping_server.sleep(timedelta(days=2))
    await skipping.set_number(TWO, eligible_status=WIRELESS)
    await skipping.set_status(ONE, "deleted")
    await story.answer(ask, "again")
    assert (await story.until_asked("codes")).numbers == [ONE]
    assert await skipping.checks() == 2
    assert states(await story.completes(ONE, outcome="partly_active")) == {ONE: "active", TWO: "left_out"}


async def test_a_number_that_a_person_accepted_after_weeks_is_checked_again_and_not_asked_about_again(
    skipping: Stage, skipping_server: WorkflowEnvironment
) -> None:
    odd = number_named("unknown eligibility word")
    story = await skipping.request(ONE, TWO, odd)
    ask = await story.until_asked("choice")
    await skipping_server.sleep(timedelta(days=20))
    await skipping.set_number(TWO, eligible_status=WIRELESS)
    await story.answer(ask, "go_on")
    assert (await story.until_asked("codes")).numbers == [ONE]
    assert await skipping.checks() == 2
    result = await story.completes(ONE, outcome="partly_active")
    assert row_of(result, TWO).status == WIRELESS
    assert [entry["ask"] for entry in skipping.notified("ask_opened", kind="choice")] == [ask.id]


async def test_a_status_other_than_the_accepted_one_is_asked_about_when_it_is_checked_again(
    skipping: Stage, skipping_server: WorkflowEnvironment
) -> None:
    odd = number_named("unknown eligibility word")
    story = await skipping.request(ONE, odd)
    ask = await story.until_asked("choice")
    await skipping_server.sleep(timedelta(days=2))
    await skipping.set_number(odd, eligible_status="FROZEN")
    await story.answer(ask, "go_on")
    again = await story.until_asked("choice")
    assert again.id != ask.id
    assert "frozen" in again.guidance
    assert not await skipping.orders(ONE)


async def test_a_check_that_was_asked_about_while_ordering_is_made_again_after_weeks(
    skipping: Stage, skipping_server: WorkflowEnvironment
) -> None:
    odd = "+15125550194"
    await skipping.order_in_portal(ONE, OTHER)
    story = await skipping.request(ONE, TWO, odd)
    ask = await story.until_asked("choice")
    await skipping_server.sleep(timedelta(days=2))
    await skipping.set_status(ONE, "deleted")
    await skipping.set_number(odd, eligible_status="FROZEN")
    await story.answer(ask, "again")
    ask = await story.until_asked("choice")
    assert "frozen" in ask.guidance
    await skipping_server.sleep(timedelta(days=2))
    await skipping.set_number(TWO, eligible_status=WIRELESS)
    await story.answer(ask, "go_on")
    assert (await story.until_asked("codes")).numbers == [ONE]
    assert await skipping.checks() == 3


async def test_a_question_that_is_answered_at_once_costs_no_second_check(stage: Stage) -> None:
    await stage.order_in_portal(ONE, OTHER)
    story = await stage.request(ONE)
    ask = await story.until_asked("choice")
    await stage.set_status(ONE, "deleted")
    await story.answer(ask, "again")
    await story.completes(ONE)
    assert await stage.checks() == 1


async def test_each_number_that_is_retried_after_weeks_is_checked_again_and_may_be_left_out(
    skipping: Stage, skipping_server: WorkflowEnvironment
) -> None:
    story = await skipping.in_review(ONE, TWO)
    await skipping.set_status(ONE, "carrier_rejected")
    await skipping_server.sleep(timedelta(days=20))
    await story.until_asked("carrier")
    for number in (ONE, TWO):
        await skipping.set_number(number, eligible_status=WIRELESS)
    await story.retry(ONE)
    await story.until(lambda progress: states(progress)[ONE] == "left_out")
    await story.retry(TWO)
    assert states(await story.ends("not_active")) == {ONE: "left_out", TWO: "left_out"}
    assert await skipping.checks() == 3, "the second check was not about the second number"
    assert len(await skipping.orders(ONE)) == 1
