"""What happens to an account's own workflow over months, told in seconds; no request is at work."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from adapters.account_workflow import TemporalAccountWorkflow
from domain import names
from domain.accounts import AccountProgress, AccountTrouble, Claim, OpenAccount
from domain.freshness import OUTAGE_LASTS
from services import accounts
from tests.replay import histories
from tests.workflows.stage import PATIENCE, Stage
from workflows.account.claims import Claims, Holder
from workflows.account.state import AccountState, Outage
from workflows.activity_options import WOKEN_AT_ONCE

ENOUGH = 10
"""Claims that make a history as long as `events_in_a_run` of its story."""


async def continued_as_new(stage: Stage, _reference: str) -> None:
    """Before a new run begins, the claim of a request that is over is dropped; the others are still held in it."""
    await _opened(stage, AccountState(claims=Claims(holders={"over": Holder(["aaaaaaa"])})))
    account = stage.client.get_workflow_handle(names.account_workflow_id(stage.account))
    first_run = (await account.describe()).run_id
    for place in range(ENOUGH):
        await _claims(stage, place)
    async with asyncio.timeout(PATIENCE):
        while (await account.describe()).run_id == first_run:  # noqa: ASYNC110 - a description has no event to wait for
            await asyncio.sleep(0.05)
    await _claims(stage, ENOUGH)
    seen = await _until(stage, lambda seen: seen.requests > ENOUGH)
    assert seen.requests == ENOUGH + 1, "the one that is over holds nothing"


async def silent_and_stopped(stage: Stage, _reference: str) -> None:
    """An outage ends, another begins, and Telnyx refuses the account, of which somebody is reminded."""
    now = datetime.now(UTC)
    nearly_over = Outage(since=now - timedelta(hours=1), last_report=now - OUTAGE_LASTS, told=True)
    await _opened(stage, AccountState(outage=nearly_over))
    await _until(stage, lambda seen: seen.silent_since is None)
    await _desk(stage).report_outage(stage.account, datetime.now(UTC))
    await _until_told(stage, 1)
    await _trouble(stage, 0)
    await _until_told(stage, 3)
    await accounts.resume(stage.client, stage.account, by="test", update_id="resume")
    await _until_told(stage, 4)


async def wakes_in_batches(stage: Stage, _reference: str) -> None:
    """More requests wait for the account than are woken at once; all are over meanwhile, which stops nobody."""
    for place in range(WOKEN_AT_ONCE + 2):
        await _trouble(stage, place)
    await _until(stage, lambda seen: len(seen.waiting) == WOKEN_AT_ONCE + 2)
    await _until_told(stage, 1)
    await accounts.resume(stage.client, stage.account, by="test", update_id="resume")
    await _until(stage, lambda seen: not seen.waiting)
    await _until_told(stage, 2)


def _desk(stage: Stage) -> TemporalAccountWorkflow:
    return TemporalAccountWorkflow(stage.client, stage.queue)


async def _opened(stage: Stage, state: AccountState) -> None:
    """An account that knows something from an earlier run."""
    await stage.client.start_workflow(
        names.ACCOUNT_WORKFLOW_TYPE,
        OpenAccount(account=stage.account, carry=state.model_dump(mode="json")),
        id=names.account_workflow_id(stage.account),
        task_queue=stage.queue,
    )


async def _claims(stage: Stage, place: int) -> None:
    claim = Claim(reference=f"r-{place}", workflow_run_id=f"run-{place}", fingerprints=[f"{place:07d}"])
    assert (await _desk(stage).claim(stage.account, claim)).granted


async def _trouble(stage: Stage, place: int) -> None:
    """Some request meets the account's stop; it is over when it is to be woken."""
    request, now = names.workflow_id(f"r-{place}"), datetime.now(UTC)
    said = AccountTrouble(account=stage.account, workflow_id=request, because="10009 refused.", at=now)
    await _desk(stage).report_stop(said)


async def _until(stage: Stage, good: Callable[[AccountProgress], object]) -> AccountProgress:
    async with asyncio.timeout(PATIENCE):
        while not good(seen := await accounts.show(stage.client, stage.account)):  # noqa: ASYNC110 - nor has a query
            await asyncio.sleep(0.05)
    return seen


async def _until_told(stage: Stage, times: int) -> None:
    """Wait until people were told of so many things."""
    async with asyncio.timeout(PATIENCE):
        while await _told(stage) < times:  # noqa: ASYNC110 - nor has a history
            await asyncio.sleep(0.05)


async def _told(stage: Stage) -> int:
    account = stage.client.get_workflow_handle(names.account_workflow_id(stage.account))
    done = histories.commands(await account.fetch_history())
    return sum(command.startswith("marker recorded local activity") for command in done)
