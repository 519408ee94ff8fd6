"""Telnyx does not answer: people are notified once of each outage, whichever activity notices it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.accounts import AccountSilence, OpenAccount
from domain.names import ACCOUNT_WORKFLOW_TYPE, account_workflow_id
from services import accounts
from tests.services.accounts_at_work import AccountStage, accounts_at_work
from tests.workflows.stage import Stage
from tests.workflows.waiting import until

ONE = "+15125550191"


@pytest.fixture
async def account(skipping_server: WorkflowEnvironment) -> AsyncIterator[AccountStage]:
    async with accounts_at_work(skipping_server.client) as stage:
        handle = await stage.client.start_workflow(
            ACCOUNT_WORKFLOW_TYPE,
            OpenAccount(account=stage.account),
            id=account_workflow_id(stage.account),
            task_queue=stage.queue,
        )
        yield stage
        await handle.terminate()


async def _report(account: AccountStage, since: datetime) -> None:
    await account.entity.signal("silent", AccountSilence(since=since))


@pytest.mark.parametrize(("times", "pause"), [(5, timedelta(seconds=1)), (3, timedelta(minutes=50))])
async def test_people_are_notified_of_an_outage_once_however_often_it_is_reported(
    account: AccountStage, skipping_server: WorkflowEnvironment, times: int, pause: timedelta
) -> None:
    """Polls of an order are an hour apart, so half an hour without a report proves nothing."""
    began = await skipping_server.get_current_time()
    for _ in range(times):
        await _report(account, began)
        await skipping_server.sleep(timedelta(minutes=10))
        assert (await account.look()).silent_since == began
        await skipping_server.sleep(pause)
    assert account.board.events() == ["telnyx_silent"]
    assert f"{began:%H:%M} UTC" in account.board.notifications[0].text


async def test_an_outage_that_is_reported_no_more_is_over_and_the_next_is_notified_again(
    account: AccountStage, skipping_server: WorkflowEnvironment
) -> None:
    await _report(account, await skipping_server.get_current_time())
    await skipping_server.sleep(timedelta(minutes=40))
    assert (await account.look()).silent_since is None
    await _report(account, await skipping_server.get_current_time())
    await skipping_server.sleep(timedelta(minutes=1))
    assert account.board.events() == ["telnyx_silent", "telnyx_silent"]


@pytest.mark.settings(silence_after=0.5)
@pytest.mark.parametrize("kind", ["500", "page_403"])
async def test_a_watch_that_gets_no_answer_for_long_reports_since_when_and_what_came_instead(
    stage: Stage, kind: str
) -> None:
    """Each attempt leaves in its heartbeats since when there was no answer. A page of a gateway is none."""
    await stage.faults(kinds=[kind], calls=["get"])
    before = datetime.now(UTC)
    story = await stage.request(ONE)
    await story.until_asked("codes")
    seen = await until(lambda: accounts.show(stage.client, stage.account), lambda seen: seen.silent_since)
    assert seen.silent_since is not None
    assert before <= seen.silent_since <= datetime.now(UTC) - timedelta(seconds=0.5)
    assert f"HTTP {kind[-3:]} " in seen.silent_because
    [told] = stage.notified("telnyx_silent")
    assert seen.silent_because in told["text"]
    assert not seen.stopped
    await stage.faults()
    await story.completes(ONE)


async def test_people_are_not_notified_of_a_short_outage(stage: Stage) -> None:
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await stage.faults(kinds=["500"])
    await stage.until_called_again(1)
    await stage.faults()
    await story.completes(ONE)
    assert (await accounts.show(stage.client, stage.account)).silent_since is None
