"""Telnyx answers requests for codes too late, or not at all: nobody is called all night, and the request goes on."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.contact_hours import ZONES
from services import accounts
from tests.workflows.stage import NoHolders, Stage, Story, staged

ONE = "+15125550185"
AT_MOST = 5


@pytest.fixture
async def restrained(skipping_server: WorkflowEnvironment) -> AsyncIterator[Stage]:
    """A stage whose program sends a number a code a minute, and five at most."""
    settings = {"poll_interval": 3600.0, "code_spacing": 60, "codes_at_most": AT_MOST}
    async with staged(skipping_server, NoHolders(), **settings) as stage:
        yield stage


async def _codes_sent(stage: Stage) -> int:
    return len(await stage.control(f"inbox?phone_number=%2B{ONE[1:]}"))


async def _hours_of_now(server: WorkflowEnvironment) -> str:
    now = (await server.get_current_time()).astimezone(ZONES["Central"])
    return f"{now.hour}-{now.hour + 1}"


async def _asks(story: Story) -> list[str]:
    return sorted(ask.kind for ask in (await story.look()).asks)


async def test_lost_answers_never_make_more_codes_than_the_cap_and_one_that_came_counts(
    restrained: Stage, skipping_server: WorkflowEnvironment
) -> None:
    await restrained.faults(rate=1, kinds=["timeout_after_commit"], delay=0, calls=["request_codes"], seed=1)
    story = await restrained.request(ONE)
    await skipping_server.sleep(timedelta(hours=3))
    assert await _codes_sent(restrained) == AT_MOST
    assert await _asks(story) == ["codes", "support"]
    assert not (await story.resend(ONE)).accepted
    assert await _codes_sent(restrained) == AT_MOST
    await story.codes(ONE)
    await story.ends("active")


async def test_a_code_that_came_without_an_answer_is_used_at_once_and_no_other_is_sent(restrained: Stage) -> None:
    """Only the newest code is right: a second one would make the one that somebody is reading out worthless."""
    await restrained.faults(rate=1, kinds=["timeout_after_commit"], delay=0, calls=["request_codes"], times=1)
    story = await restrained.request(ONE)
    seen = await story.until(lambda progress: "did not answer" in progress.numbers[0].because)
    assert seen.step == "codes"
    assert (await story.codes(ONE)).accepted
    await story.ends("active")
    assert await _codes_sent(restrained) == 1


async def test_a_resend_without_an_answer_says_so_and_counts(
    restrained: Stage, skipping_server: WorkflowEnvironment
) -> None:
    story = await restrained.request(ONE)
    await story.until_asked("codes")
    await restrained.faults(rate=1, kinds=["timeout_after_commit"], delay=0, calls=["request_codes"], seed=1)
    for sent in range(2, AT_MOST + 1):
        await skipping_server.sleep(timedelta(minutes=2))
        answer = await story.resend(ONE, method="call")
        assert answer.accepted
        assert ONE in answer.sentence
        assert not (await story.resend(ONE)).accepted, "a moment later"
        assert await _codes_sent(restrained) == sent
    await skipping_server.sleep(timedelta(minutes=2))
    assert not (await story.resend(ONE)).accepted
    assert await _asks(story) == ["codes", "support"]
    await restrained.faults()
    ask = await story.until_asked("support")
    await story.answer(ask, "again")
    assert (await story.resend(ONE)).accepted
    await story.codes(ONE)
    await story.ends("active")


async def test_a_lost_code_still_counts_when_the_account_is_refused_next(
    skipping_server: WorkflowEnvironment,
) -> None:
    async with staged(skipping_server, NoHolders(), poll_interval=3600.0, code_spacing=60, codes_at_most=3) as stage:
        await stage.faults(rate=1, kinds=["timeout_after_commit"], delay=0, calls=["request_codes"])
        story = await stage.request(ONE)
        await story.until(lambda progress: "did not answer" in progress.numbers[0].because)
        await stage.faults(rate=1, kinds=["401"])
        await skipping_server.sleep(timedelta(minutes=2))
        await story.until_asked("account")
        await stage.faults()
        await accounts.resume(stage.client, stage.account, by="test", update_id="once")
        await skipping_server.sleep(timedelta(minutes=2))
        assert await _codes_sent(stage) == 2
        assert (await story.resend(ONE)).accepted
        await skipping_server.sleep(timedelta(minutes=2))
        assert not (await story.resend(ONE)).accepted
        assert await _codes_sent(stage) == 3
        await story.codes(ONE)
        await story.ends("active")


async def test_a_night_without_telnyx_costs_one_code_and_asks_nobody_but_for_the_code(
    restrained: Stage, skipping_server: WorkflowEnvironment
) -> None:
    await restrained.faults(rate=1, kinds=["timeout_after_commit"], delay=0, calls=["request_codes", "get"], seed=1)
    story = await restrained.request(ONE)
    await skipping_server.sleep(timedelta(hours=10))
    assert await _codes_sent(restrained) == 1
    await restrained.faults()
    await skipping_server.sleep(timedelta(minutes=10))
    assert await _codes_sent(restrained) == 2
    assert await _asks(story) == ["codes"]
    await story.codes(ONE)
    await story.ends("active")


async def test_what_telnyx_refuses_for_now_leaves_the_one_code_to_be_sent(live_server: WorkflowEnvironment) -> None:
    """Each try notes beforehand what it may send, and takes that back."""
    async with staged(live_server, NoHolders(), codes_at_most=1) as stage:
        await stage.faults(kinds=["429"], calls=["request_codes"], times=2)
        story = await stage.request(ONE)
        await story.until_asked("codes")
        assert await _codes_sent(stage) == 1
        assert await stage.calls("POST", "verification_codes") == 3
        await story.codes(ONE)
        await story.ends("active")


@pytest.mark.parametrize(
    ("kind", "calls"),
    [("429", ["request_codes"]), ("500", ["request_codes", "get"])],
    ids=["refused for now", "no answer to anything"],
)
async def test_codes_delayed_beyond_the_contact_hours_wait_for_the_next_day(
    restrained: Stage, skipping_server: WorkflowEnvironment, kind: str, calls: list[str]
) -> None:
    await restrained.faults(rate=1, kinds=[kind], calls=calls, seed=1)
    hours = await _hours_of_now(skipping_server)
    story = await restrained.request(ONE, options={"contact_hours": hours})
    await skipping_server.sleep(timedelta(hours=3))
    await restrained.faults()
    await skipping_server.sleep(timedelta(minutes=15))
    assert await _codes_sent(restrained) == 0
    assert hours in (await story.look()).numbers[0].because
    await skipping_server.sleep(timedelta(hours=22))
    assert await _codes_sent(restrained) == 1
    await story.codes(ONE)
    await story.ends("active")
