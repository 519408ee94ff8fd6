"""Whether a number can be hosted may change until it is ordered, so what is old is checked again."""

from datetime import timedelta

from temporalio.testing import WorkflowEnvironment

from tests.workflows.stage import PROFILE, Stage, states
from tests.workflows.telnyx_test_numbers import twist

ONE, TWO = "+15125550191", "+15125550192"


async def _checks(stage: Stage) -> int:
    return await stage.calls("POST", "eligibility_numbers_check")


async def _becomes_wireless(stage: Stage, number: str) -> None:
    path = f"numbers/{number.replace('+', '%2B')}"
    await stage.control(path, {"eligible_status": "number_can_not_be_wireless"})


async def _foreign_order(stage: Stage, *numbers: str) -> None:
    body = {"messaging_profile_id": PROFILE, "phone_numbers": list(numbers)}
    headers = {"Authorization": "Bearer KEY_test"}
    reply = await stage.telnyx.post("/v2/messaging_hosted_number_orders", json=body, headers=headers)
    assert reply.status_code == 200, reply.text


async def test_what_a_person_held_up_for_days_is_checked_again_before_it_is_ordered(
    skipping: Stage, skipping_server: WorkflowEnvironment
) -> None:
    await _foreign_order(skipping, ONE, "+15125550193")
    story = await skipping.request(ONE, TWO)
    ask = await story.until_asked("choice")
    await skipping_server.sleep(timedelta(days=2))
    await _becomes_wireless(skipping, TWO)
    await skipping.act(ONE, order="deleted")
    await story.answer(ask, "again")
    asked = await story.until_asked("codes")
    assert asked.numbers == [ONE]
    assert states(await story.look())[TWO] == "left_out"
    assert await _checks(skipping) == 2
    await story.codes(ONE)
    await story.ends("partly_active")


async def test_a_number_ordered_all_the_same_after_weeks_is_checked_again_and_not_asked_about_again(
    skipping: Stage, skipping_server: WorkflowEnvironment
) -> None:
    odd = twist("unknown eligibility word")
    story = await skipping.request(ONE, TWO, odd)
    ask = await story.until_asked("choice")
    await skipping_server.sleep(timedelta(days=20))
    await _becomes_wireless(skipping, TWO)
    await story.answer(ask, "go_on")
    asked = await story.until_asked("codes")
    assert (await _checks(skipping), asked.numbers) == (2, [ONE])
    await story.codes(ONE)
    result = await story.ends("partly_active")
    assert [event.what for event in result.events if "for choice" in event.what] == [
        "Asked a person for choice, about 1 number(s)."
    ]
    assert "wireless" in result.numbers[1].because


async def test_another_word_than_the_accepted_one_is_asked_about_when_it_is_checked_again(
    skipping: Stage, skipping_server: WorkflowEnvironment
) -> None:
    odd = twist("unknown eligibility word")
    story = await skipping.request(ONE, odd)
    ask = await story.until_asked("choice")
    await skipping_server.sleep(timedelta(days=2))
    await skipping.control(f"numbers/%2B{odd[1:]}", {"eligible_status": "FROZEN"})
    await story.answer(ask, "go_on")
    again = await story.until_asked("choice")
    assert again.id != ask.id
    assert "'frozen'" in again.guidance
    assert not await skipping.orders(ONE)


async def test_a_check_asked_about_in_the_middle_of_an_order_is_made_again_after_weeks(
    skipping: Stage, skipping_server: WorkflowEnvironment
) -> None:
    odd = "+15125550194"
    await _foreign_order(skipping, ONE, "+15125550193")
    story = await skipping.request(ONE, TWO, odd)
    ask = await story.until_asked("choice")
    await skipping_server.sleep(timedelta(days=2))
    await skipping.act(ONE, order="deleted")
    await skipping.control(f"numbers/%2B{odd[1:]}", {"eligible_status": "FROZEN"})
    await story.answer(ask, "again")
    ask = await story.until_asked("choice")
    assert "'frozen'" in ask.guidance
    await skipping_server.sleep(timedelta(days=2))
    await _becomes_wireless(skipping, TWO)
    await story.answer(ask, "go_on")
    asked = await story.until_asked("codes")
    assert (await _checks(skipping), asked.numbers) == (3, [ONE])


async def test_what_is_answered_at_once_is_not_checked_again(stage: Stage) -> None:
    await _foreign_order(stage, ONE, "+15125550193")
    story = await stage.request(ONE)
    ask = await story.until_asked("choice")
    await stage.act(ONE, order="deleted")
    await story.answer(ask, "again")
    await story.until_asked("codes")
    assert await _checks(stage) == 1
    await story.codes(ONE)
    await story.ends("active")


async def test_a_number_retried_after_weeks_is_checked_again_and_may_be_left_out(
    skipping: Stage, skipping_server: WorkflowEnvironment
) -> None:
    await skipping.control("settings", {"review_seconds": 600})
    story = await skipping.request(ONE)
    await story.until_asked("codes")
    await story.codes(ONE)
    await story.until_step("review")
    await skipping.act(ONE, order="carrier_rejected")
    await skipping_server.sleep(timedelta(days=20))
    await story.until_asked("carrier")
    await _becomes_wireless(skipping, ONE)
    await story.retry(ONE)
    result = await story.ends("not_active")
    assert states(result) == {ONE: "left_out"}
    assert len(await skipping.orders(ONE)) == 1


async def test_a_number_retried_after_another_is_checked_itself(
    skipping: Stage, skipping_server: WorkflowEnvironment
) -> None:
    story = await skipping.in_review(ONE, TWO)
    await skipping.act(ONE, order="carrier_rejected")
    await skipping_server.sleep(timedelta(days=20))
    await story.until_asked("carrier")
    for number in (ONE, TWO):
        await _becomes_wireless(skipping, number)
    await story.retry(ONE)
    await story.until(lambda progress: states(progress)[ONE] == "left_out")
    await story.retry(TWO)
    result = await story.ends("not_active")
    assert states(result) == {ONE: "left_out", TWO: "left_out"}
    assert await _checks(skipping) == 3, "the second check was not about the second number"
