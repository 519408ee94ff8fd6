"""No code came: it is sent again, not too soon, not at night and not for ever; then support is asked."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.contact_hours import ZONES
from tests.workflows.stage import NoHolders, Stage, staged, states

ONE, TWO = "+15125550181", "+15125550182"
CANNOT_BE_SENT = "+15005553006"


@pytest.fixture
async def restrained(skipping_server: WorkflowEnvironment) -> AsyncIterator[Stage]:
    """A stage whose program sends a number two codes at most, and not within a minute."""
    async with staged(skipping_server, NoHolders(), poll_interval=3600.0, code_spacing=60, codes_at_most=2) as stage:
        yield stage


async def _codes_sent(stage: Stage, number: str) -> int:
    return len(await stage.control(f"inbox?phone_number={number.replace('+', '%2B')}"))


async def test_a_resend_a_moment_later_is_refused_and_says_from_when_on(restrained: Stage) -> None:
    story = await restrained.request(ONE)
    await story.until_asked("codes")
    answer = await story.resend(ONE)
    assert not answer.accepted
    assert "UTC" in answer.sentence
    assert await _codes_sent(restrained, ONE) == 1
    await story.codes(ONE)
    await story.ends("active")


async def test_a_person_may_have_it_called_after_a_minute(
    restrained: Stage, skipping_server: WorkflowEnvironment
) -> None:
    story = await restrained.request(ONE)
    await story.until_asked("codes")
    await skipping_server.sleep(timedelta(minutes=2))
    assert (await story.resend(ONE, method="call")).accepted
    inbox = await restrained.control(f"inbox?phone_number={ONE.replace('+', '%2B')}")
    assert [entry["method"] for entry in inbox] == ["sms", "call"]
    await story.codes(ONE)
    await story.ends("active")


async def test_after_too_many_codes_support_is_asked_with_the_guides_advice_while_the_other_goes_on(
    restrained: Stage, skipping_server: WorkflowEnvironment
) -> None:
    story = await restrained.request(ONE, TWO)
    await story.until_asked("codes")
    for _ in range(2):
        await skipping_server.sleep(timedelta(minutes=2))
        answer = await story.resend(ONE)
    assert not answer.accepted
    assert await _codes_sent(restrained, ONE) == 2
    ask = await story.until_asked("support")
    assert ask.numbers == [ONE]
    assert ONE in ask.guidance
    await story.answer(ask, "give_up")
    await story.codes(TWO)
    choice = await story.until_asked("choice")
    assert ONE in choice.guidance
    await restrained.control("settings", {"upload_needs_verified": False})
    await story.answer(choice, "again")
    result = await story.ends("partly_active")
    assert states(result) == {ONE: "given_up", TWO: "active"}
    assert len(await restrained.orders(TWO)) == 1


async def test_a_number_that_is_never_proved_does_not_keep_the_others_from_an_order_of_their_own(stage: Stage) -> None:
    story = await stage.request(ONE, TWO)
    await story.until_asked("codes")
    await story.give_up(ONE)
    await story.codes(TWO)
    choice = await story.until_asked("choice")
    await story.answer(choice, "order_anew")
    await story.until(lambda progress: progress.round == 2 and progress.asks)
    await story.codes(TWO)
    result = await story.ends("partly_active")
    assert states(result) == {ONE: "given_up", TWO: "active"}
    orders = await stage.orders(TWO)
    assert [order["status"] for order in orders] == ["deleted", "successful"]
    assert [row["phone_number"] for row in orders[-1]["phone_numbers"]] == [TWO]


async def test_support_may_allow_more_codes(restrained: Stage, skipping_server: WorkflowEnvironment) -> None:
    story = await restrained.request(ONE)
    await story.until_asked("codes")
    for _ in range(2):
        await skipping_server.sleep(timedelta(minutes=2))
        await story.resend(ONE)
    await story.answer(await story.until_asked("support"), "again")
    assert (await story.resend(ONE)).accepted
    await story.codes(ONE)
    await story.ends("active")


async def test_a_code_that_arrives_after_all_settles_the_question_to_support(
    restrained: Stage, skipping_server: WorkflowEnvironment
) -> None:
    story = await restrained.request(ONE, TWO)
    await story.until_asked("codes")
    for _ in range(2):
        await skipping_server.sleep(timedelta(minutes=2))
        await story.resend(ONE)
    await story.until_asked("support")
    await story.codes(ONE)
    seen = await story.until(lambda progress: states(progress)[ONE] == "verified")
    assert [ask.kind for ask in seen.asks] == ["codes"]
    await story.codes(TWO)
    await story.ends("active")


async def test_codes_wait_for_the_contact_hours(restrained: Stage, skipping_server: WorkflowEnvironment) -> None:
    now = (await skipping_server.get_current_time()).astimezone(ZONES["Central"])
    opens = (now + timedelta(hours=3)).hour
    hours = f"{opens}-{opens + 1}"
    story = await restrained.request(ONE, options={"contact_hours": hours})
    seen = await story.until(lambda progress: "contact hours" in progress.numbers[0].because)
    assert (seen.step, seen.asks) == ("codes", [])
    assert await _codes_sent(restrained, ONE) == 0
    await skipping_server.sleep(timedelta(hours=4))
    await story.until_asked("codes")
    assert await _codes_sent(restrained, ONE) == 1
    await story.codes(ONE)
    await story.ends("active")


async def test_contact_hours_that_are_none_refuse_the_request_at_the_door(skipping: Stage) -> None:
    story = await skipping.request(ONE, options={"contact_hours": "at tea time"})
    with pytest.raises(Exception, match="Workflow execution failed") as caught:
        await story.handle.result()
    assert "write them as `9-17 Pacific`" in str(caught.value.__cause__)


async def test_who_cannot_be_texted_is_named_so_that_somebody_has_it_called(stage: Stage) -> None:
    story = await stage.request(ONE, CANNOT_BE_SENT)
    ask = await story.until_asked("codes")
    assert f"could not send the last one to {CANNOT_BE_SENT}" in ask.guidance
    await story.resend(CANNOT_BE_SENT, method="call")
    await story.codes(ONE)
    await story.give_up(CANNOT_BE_SENT)
    await story.answer(await story.until_asked("choice"), "give_up")
    await story.ends("not_active")
