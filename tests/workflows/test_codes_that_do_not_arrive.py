"""No code arrived: it is sent again, but not too soon, not at night and not without end. Then support is asked."""

from datetime import timedelta

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.contact_hours import ZONES
from tests.workflows.stage import Stage
from tests.workflows.story import Story, states

ONE, TWO = "+15125550181", "+15125550182"
CANNOT_BE_SENT = "+15005553006"
TWO_CODES_AT_MOST = pytest.mark.settings(code_spacing=60, codes_at_most=2)


async def _support_is_asked(stage: Stage, server: WorkflowEnvironment, *numbers: str) -> Story:
    """A request whose first number was sent as many codes as allowed."""
    story = await stage.request(ONE, *numbers)
    await story.until_asked("codes")
    for _ in range(2):
        await server.sleep(timedelta(minutes=2))
        answer = await story.resend(ONE)
    assert not answer.accepted
    assert len(await stage.inbox(ONE)) == 2
    assert (await story.until_asked("support")).numbers == [ONE]
    return story


@TWO_CODES_AT_MOST
async def test_a_resend_a_moment_later_is_not_accepted(skipping: Stage) -> None:
    story = await skipping.request(ONE)
    await story.until_asked("codes")
    assert not (await story.resend(ONE)).accepted
    assert len(await skipping.inbox(ONE)) == 1
    await story.completes(ONE)


@TWO_CODES_AT_MOST
async def test_after_too_many_codes_support_is_asked_while_the_other_number_goes_on(
    skipping: Stage, skipping_server: WorkflowEnvironment
) -> None:
    story = await _support_is_asked(skipping, skipping_server, TWO)
    await story.answer(await story.until_asked("support"), "give_up")
    await story.codes(TWO)
    choice = await story.until_asked("choice")
    assert ONE in choice.guidance
    await skipping.configure(upload_needs_verified=False)
    await story.answer(choice, "again")
    assert states(await story.ends("partly_active")) == {ONE: "given_up", TWO: "active"}
    assert len(await skipping.orders(TWO)) == 1


@TWO_CODES_AT_MOST
async def test_support_may_allow_more_codes(skipping: Stage, skipping_server: WorkflowEnvironment) -> None:
    story = await _support_is_asked(skipping, skipping_server)
    await story.answer(await story.until_asked("support"), "again")
    assert (await story.resend(ONE)).accepted
    await story.completes(ONE)


@TWO_CODES_AT_MOST
async def test_a_code_that_arrives_late_closes_the_question_to_support(
    skipping: Stage, skipping_server: WorkflowEnvironment
) -> None:
    story = await _support_is_asked(skipping, skipping_server, TWO)
    await story.codes(ONE)
    seen = await story.until(lambda progress: states(progress)[ONE] == "verified")
    assert [ask.kind for ask in seen.asks] == ["codes"]
    await story.completes(TWO)


async def test_a_number_that_is_never_proved_does_not_keep_the_others_from_an_order_of_their_own(stage: Stage) -> None:
    story = await stage.request(ONE, TWO)
    await story.until_asked("codes")
    await story.give_up(ONE)
    await story.codes(TWO)
    await story.answer(await story.until_asked("choice"), "order_anew")
    await story.until(lambda progress: progress.round == 2 and progress.asks)
    assert states(await story.completes(TWO, outcome="partly_active")) == {ONE: "given_up", TWO: "active"}
    orders = await stage.orders(TWO)
    assert [order["status"] for order in orders] == ["deleted", "successful"]
    assert [row["phone_number"] for row in orders[-1]["phone_numbers"]] == [TWO]


async def test_codes_wait_for_the_contact_hours(skipping: Stage, skipping_server: WorkflowEnvironment) -> None:
    now = (await skipping_server.get_current_time()).astimezone(ZONES["Central"])
    opens = (now + timedelta(hours=3)).hour
    hours = f"{opens}-{opens + 1}"
    story = await skipping.request(ONE, options={"contact_hours": hours})
    seen = await story.until(lambda progress: hours in progress.numbers[0].because)
    assert (seen.step, seen.asks) == ("codes", [])
    assert await skipping.inbox(ONE) == []
    await skipping_server.sleep(timedelta(hours=4))
    await story.until_asked("codes")
    assert len(await skipping.inbox(ONE)) == 1
    await story.completes(ONE)


async def test_the_ask_names_the_number_to_which_no_code_could_be_sent(stage: Stage) -> None:
    story = await stage.request(ONE, CANNOT_BE_SENT)
    ask = await story.until_asked("codes")
    assert CANNOT_BE_SENT in ask.guidance
    assert ONE not in ask.guidance
