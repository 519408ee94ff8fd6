"""While Telnyx refuses the account, no one can answer. Afterwards every other ask goes on with the time it had left."""

from datetime import timedelta

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.calendar import Calendar
from tests.workflows.stage import Stage
from tests.workflows.story import Story

ONE = "+15125550176"
DAY = timedelta(days=1)


async def _resume(stage: Stage, story: Story, what: str) -> None:
    if what == "the whole account":
        await stage.resume_account()
    else:
        await stage.faults()
        await story.answer(await story.until_asked("account"), "again")
    await story.until(lambda progress: [ask.kind for ask in progress.asks] == ["codes"])


@pytest.mark.settings(ask_deadline=5 * 86400)
@pytest.mark.parametrize("what", ["the whole account", "this request alone"])
async def test_a_deadline_that_passed_while_the_account_was_refused_is_moved_by_as_long(
    skipping: Stage, skipping_server: WorkflowEnvironment, what: str
) -> None:
    story = await skipping.request(ONE)
    before = await story.until_asked("codes")
    assert before.deadline is not None
    await skipping_server.sleep(DAY)
    await skipping.refuse_account()
    await skipping_server.sleep(10 * DAY)
    stopped = await story.until_asked("account")
    notified = len(skipping.notified(kind="codes"))
    await _resume(skipping, story, what)
    resumed = await skipping_server.get_current_time()
    await skipping_server.sleep(timedelta(minutes=5))
    after = await story.until_asked("codes")
    assert stopped.since is not None
    assert after.deadline is not None
    moved = Calendar().next_open(before.deadline + (resumed - stopped.since))
    assert abs(after.deadline - moved) < timedelta(minutes=10)
    assert len(skipping.notified(kind="codes")) == notified
    await story.ends("expired")
    assert await skipping_server.get_current_time() >= after.deadline
    assert await skipping.order_statuses(ONE) == ["deleted"]


async def test_after_a_long_stop_the_reminders_of_the_other_asks_start_again(
    skipping: Stage, skipping_server: WorkflowEnvironment
) -> None:
    story = await skipping.request(ONE)
    await story.until_asked("codes")
    await skipping.refuse_account()
    await skipping_server.sleep(50 * DAY)
    await _resume(skipping, story, "the whole account")
    before = len(skipping.notified(kind="codes"))
    await skipping_server.sleep(10 * DAY)
    events = [entry["event"] for entry in skipping.notified(kind="codes")[before:]]
    assert events[:4] == ["ask_reminder", "ask_reminder", "ask_escalated", "ask_reminder"]
    assert (await story.codes(ONE)).accepted
