"""Telnyx answers requests for codes late or not at all. It is not asked without end, and the request goes on."""

from datetime import timedelta

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.contact_hours import ZONES
from tests.workflows.stage import Stage
from tests.workflows.story import Story
from tests.workflows.waiting import until

ONE = "+15125550185"
AT_MOST = 5
pytestmark = pytest.mark.settings(code_spacing=60, codes_at_most=AT_MOST)
LOST_ANSWER = {"kinds": ["timeout_after_commit"], "delay": 0}


async def _codes_sent(stage: Stage) -> int:
    return len(await stage.inbox(ONE))


async def _asks(story: Story) -> list[str]:
    return sorted(ask.kind for ask in (await story.look()).asks)


async def test_lost_answers_never_cause_more_codes_than_allowed_and_one_that_arrived_counts(
    skipping: Stage, skipping_server: WorkflowEnvironment
) -> None:
    await skipping.faults(**LOST_ANSWER, calls=["request_codes"])
    story = await skipping.request(ONE)
    await skipping_server.sleep(timedelta(hours=3))
    assert await _codes_sent(skipping) == AT_MOST
    assert await _asks(story) == ["codes", "support"]
    assert not (await story.resend(ONE)).accepted
    assert await _codes_sent(skipping) == AT_MOST
    await story.completes(ONE)


async def test_a_code_that_arrived_without_an_answer_is_used_at_once_and_no_other_is_sent(skipping: Stage) -> None:
    """Only the newest code is right. A second one would make the one that is being read out worthless."""
    await skipping.faults(**LOST_ANSWER, calls=["request_codes"], times=1)
    story = await skipping.request(ONE)
    await until(lambda: skipping.inbox(ONE))
    assert (await story.codes(ONE)).accepted
    await story.ends("active")
    assert await _codes_sent(skipping) == 1


async def test_a_resend_without_an_answer_counts(skipping: Stage, skipping_server: WorkflowEnvironment) -> None:
    story = await skipping.request(ONE)
    await story.until_asked("codes")
    await skipping.faults(**LOST_ANSWER, calls=["request_codes"])
    for sent in range(2, AT_MOST + 1):
        await skipping_server.sleep(timedelta(minutes=2))
        assert (await story.resend(ONE, method="call")).accepted
        assert not (await story.resend(ONE)).accepted, "a moment later"
        assert await _codes_sent(skipping) == sent
    await skipping_server.sleep(timedelta(minutes=2))
    assert not (await story.resend(ONE)).accepted
    assert await _asks(story) == ["codes", "support"]
    await skipping.faults()
    await story.answer(await story.until_asked("support"), "again")
    assert (await story.resend(ONE)).accepted
    await story.completes(ONE)


@pytest.mark.settings(codes_at_most=3)
async def test_a_lost_code_still_counts_when_the_account_is_refused_next(
    skipping: Stage, skipping_server: WorkflowEnvironment
) -> None:
    await skipping.faults(**LOST_ANSWER, calls=["request_codes"])
    story = await skipping.request(ONE)
    await until(lambda: skipping.inbox(ONE))
    await skipping.refuse_account()
    await skipping_server.sleep(timedelta(minutes=2))
    await story.until_asked("account")
    await skipping.resume_account()
    await skipping_server.sleep(timedelta(minutes=2))
    assert await _codes_sent(skipping) == 2
    assert (await story.resend(ONE)).accepted
    await skipping_server.sleep(timedelta(minutes=2))
    assert not (await story.resend(ONE)).accepted
    assert await _codes_sent(skipping) == 3
    await story.completes(ONE)


async def test_a_night_without_telnyx_costs_one_code_and_opens_no_other_ask(
    skipping: Stage, skipping_server: WorkflowEnvironment
) -> None:
    await skipping.faults(**LOST_ANSWER, calls=["request_codes", "get"])
    story = await skipping.request(ONE)
    await skipping_server.sleep(timedelta(hours=10))
    assert await _codes_sent(skipping) == 1
    await skipping.faults()
    await skipping_server.sleep(timedelta(minutes=10))
    assert await _codes_sent(skipping) == 2
    assert await _asks(story) == ["codes"]
    await story.completes(ONE)


@pytest.mark.settings(code_spacing=0, codes_at_most=1)
async def test_an_attempt_that_telnyx_refuses_for_now_does_not_count_as_a_code(stage: Stage) -> None:
    await stage.faults(kinds=["429"], calls=["request_codes"], times=2)
    story = await stage.request(ONE)
    await story.until_asked("codes")
    assert await _codes_sent(stage) == 1
    assert await stage.calls("POST", "verification_codes") == 3
    await story.completes(ONE)


@pytest.mark.parametrize(
    ("kind", "calls"),
    [("429", ["request_codes"]), ("500", ["request_codes", "get"])],
    ids=["refused for now", "no answer to anything"],
)
async def test_codes_delayed_beyond_the_contact_hours_wait_for_the_next_day(
    skipping: Stage, skipping_server: WorkflowEnvironment, kind: str, calls: list[str]
) -> None:
    await skipping.faults(kinds=[kind], calls=calls)
    now = (await skipping_server.get_current_time()).astimezone(ZONES["Central"])
    hours = f"{now.hour}-{now.hour + 1}"
    story = await skipping.request(ONE, options={"contact_hours": hours})
    await skipping_server.sleep(timedelta(hours=3))
    await skipping.faults()
    await skipping_server.sleep(timedelta(minutes=15))
    assert await _codes_sent(skipping) == 0
    assert hours in (await story.look()).numbers[0].because
    await skipping_server.sleep(timedelta(hours=22))
    assert await _codes_sent(skipping) == 1
    await story.completes(ONE)
