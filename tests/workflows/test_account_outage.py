"""Telnyx does not answer: people are told once of each outage, whichever activity notices it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs
from temporalio.testing import WorkflowEnvironment

from domain.accounts import AccountSilence, OpenAccount
from domain.names import ACCOUNT_WORKFLOW_TYPE, account_workflow_id
from services import accounts
from tests.services.accounts_at_work import AccountStage, accounts_at_work
from tests.workflows.stage import NoHolders, Stage, staged

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


async def test_an_outage_is_told_once_however_often_it_is_reported(
    account: AccountStage, skipping_server: WorkflowEnvironment
) -> None:
    began = await skipping_server.get_current_time()
    for _ in range(5):
        await _report(account, began)
        await skipping_server.sleep(timedelta(minutes=10))
    assert (await account.look()).silent_since == began
    assert account.board.events() == ["telnyx_silent"]
    assert f"since {began:%d %b %Y %H:%M} UTC" in account.board.news[0].text


async def test_an_outage_is_over_when_nobody_reports_it_any_more_and_the_next_is_told_again(
    account: AccountStage, skipping_server: WorkflowEnvironment
) -> None:
    await _report(account, await skipping_server.get_current_time())
    await skipping_server.sleep(timedelta(minutes=40))
    assert (await account.look()).silent_since is None
    await _report(account, await skipping_server.get_current_time())
    await skipping_server.sleep(timedelta(minutes=1))
    assert account.board.events() == ["telnyx_silent", "telnyx_silent"]


async def test_one_outage_that_is_noticed_once_an_hour_is_one_outage(
    account: AccountStage, skipping_server: WorkflowEnvironment
) -> None:
    """Looks at an order are an hour apart, so that half an hour without a report proves nothing."""
    began = await skipping_server.get_current_time()
    for _ in range(3):
        await _report(account, began)
        await skipping_server.sleep(timedelta(hours=1))
    assert account.board.events() == ["telnyx_silent"]


async def test_a_watch_that_gets_no_answer_for_long_is_told_of(live_server: WorkflowEnvironment) -> None:
    """Since when it got none it knows from the attempts before, by what they left in their heartbeats."""
    async with staged(live_server, NoHolders(), silence_after=0.5) as stage:
        with capture_logs() as logs:
            await stage.faults(rate=1, kinds=["500"], calls=["get"], seed=1)
            before = datetime.now(UTC)
            story = await stage.request(ONE)
            await story.until_asked("codes")
            await _until_silent(stage)
        seen = await accounts.show(stage.client, stage.account)
        assert seen.silent_since is not None
        assert before <= seen.silent_since <= datetime.now(UTC) - timedelta(seconds=1)
        assert [entry["event"] for entry in logs if entry.get("account") == stage.account].count("telnyx_silent") == 1
        await stage.faults()
        await story.codes(ONE)
        await story.ends("active")


async def test_a_short_trouble_is_told_to_nobody(stage: Stage) -> None:
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await stage.faults(rate=1, kinds=["500"], seed=1)
    await stage.until_called(len(await stage.control("calls")) + 1)
    await stage.faults()
    await story.codes(ONE)
    await story.ends("active")
    assert (await accounts.show(stage.client, stage.account)).silent_since is None


async def _until_silent(stage: Stage) -> None:
    calls = len(await stage.control("calls"))
    while (await accounts.show(stage.client, stage.account)).silent_since is None:
        calls += 1
        await stage.until_called(calls)
