"""A stop of the account takes no time from anybody: after it all else that is asked goes on where it was."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs
from temporalio.testing import WorkflowEnvironment

from domain.calendar import Calendar
from domain.messages import AskView
from services import accounts
from tests.workflows.stage import NoHolders, Stage, Story, staged

ONE = "+15125550176"
DAY = timedelta(days=1)
REFUSED_KEY = {"rate": 1, "kinds": ["401"], "seed": 1}


async def _mend(stage: Stage, story: Story, how: str) -> None:
    await stage.faults()
    if how == "the whole account":
        await accounts.resume(stage.client, stage.account, by="me", update_id=f"id-{story.reference}")
    else:
        await story.answer(await story.until_asked("account"), "again")
    await story.until(lambda progress: [ask.kind for ask in progress.asks] == ["codes"])


async def _asked_for_codes(story: Story) -> AskView:
    [ask] = [ask for ask in (await story.look()).asks if ask.kind == "codes"]
    return ask


@pytest.mark.parametrize("how", ["the whole account", "this request alone"])
async def test_a_deadline_that_passed_while_the_account_was_refused_is_moved_by_as_long(
    skipping_server: WorkflowEnvironment, how: str
) -> None:
    async with staged(skipping_server, NoHolders(), poll_interval=3600.0, ask_deadline=5 * 86400) as stage:
        story = await stage.request(ONE)
        before = await story.until_asked("codes")
        assert before.deadline is not None
        await skipping_server.sleep(DAY)
        await stage.faults(**REFUSED_KEY)
        await skipping_server.sleep(10 * DAY)
        stopped = await story.until_asked("account")
        with capture_logs() as logs:
            await _mend(stage, story, how)
            mended = await skipping_server.get_current_time()
            await skipping_server.sleep(timedelta(minutes=5))
            after = await _asked_for_codes(story)
        assert stopped.since is not None
        assert after.deadline is not None
        moved = Calendar().next_open(before.deadline + (mended - stopped.since))
        assert abs(after.deadline - moved) < timedelta(minutes=10)
        assert not [entry for entry in logs if entry["event"].startswith("ask_") and entry["kind"] == "codes"]
        await story.ends("expired")
        assert await skipping_server.get_current_time() >= after.deadline
        assert [order["status"] for order in await stage.orders(ONE)] == ["deleted"]


async def test_after_a_long_stop_people_are_reminded_of_what_else_is_asked_from_the_beginning(
    skipping: Stage, skipping_server: WorkflowEnvironment
) -> None:
    story = await skipping.request(ONE)
    await story.until_asked("codes")
    await skipping.faults(**REFUSED_KEY)
    await skipping_server.sleep(50 * DAY)
    await _mend(skipping, story, "the whole account")
    with capture_logs() as logs:
        await skipping_server.sleep(10 * DAY)
    told = [entry["event"] for entry in logs if entry.get("reference") == story.reference and "kind" in entry]
    assert told[:4] == ["ask_reminder", "ask_reminder", "ask_escalated", "ask_reminder"]
    assert (await story.codes(ONE)).accepted
    await story.cancel()
    await story.ends("cancelled")
