"""What happens to an account's own workflow over months, in seconds and without any request."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from adapters.account_workflow import TemporalAccountWorkflow
from domain import names
from domain.accounts import AccountProgress, AccountTrouble, Claim, OpenAccount
from domain.freshness import OUTAGE_LASTS
from services import accounts
from tests.replay import histories
from tests.workflows.stage import Stage
from tests.workflows.waiting import until
from workflows.account.claims import Claims, Holder
from workflows.account.state import AccountState, Outage, Stop
from workflows.activity_options import WOKEN_AT_ONCE

PROBED_AT_ONCE = -10
"""Failed trials. The first probe comes after a third of a second instead of five minutes."""
ENOUGH = 10
"""Claims that make a history as long as `events_in_a_run` of its story."""


async def continued_as_new(stage: Stage, _reference: str) -> None:
    """Before a new run begins, the claim of a closed request is dropped. The others are carried into the new run."""
    await _opened(stage, AccountState(claims=Claims(holders={"closed": Holder(["aaaaaaa"])})))
    account = stage.client.get_workflow_handle(names.account_workflow_id(stage.account))
    first_run = (await account.describe()).run_id
    for place in range(ENOUGH):
        await _claims(stage, place)
    await until(account.describe, lambda described: described.run_id != first_run)
    await _claims(stage, ENOUGH)
    seen = await _until(stage, lambda seen: seen.requests > ENOUGH)
    assert seen.requests == ENOUGH + 1, "the closed request holds nothing"


async def silent_and_stopped(stage: Stage, _reference: str) -> None:
    """An outage ends, another begins, Telnyx refuses the account, and people are reminded of that."""
    now = datetime.now(UTC)
    nearly_over = Outage(since=now - timedelta(hours=1), last_report=now - OUTAGE_LASTS, told=True)
    await _opened(stage, AccountState(outage=nearly_over))
    await _until(stage, lambda seen: seen.silent_since is None)
    await _account_workflow(stage).report_outage(stage.account, datetime.now(UTC))
    await _until_notified(stage, 1)
    await _trouble(stage, 0)
    await _until_notified(stage, 3)
    await accounts.resume(stage.client, stage.account, by="test")
    await _until_notified(stage, 4)


async def wakes_in_batches(stage: Stage, _reference: str) -> None:
    """More requests wait for the account than are woken at once. All are closed meanwhile, which stops nothing."""
    for place in range(WOKEN_AT_ONCE + 2):
        await _trouble(stage, place)
    await _until(stage, lambda seen: len(seen.waiting) == WOKEN_AT_ONCE + 2)
    await _until_notified(stage, 1)
    await accounts.resume(stage.client, stage.account, by="test")
    await _until(stage, lambda seen: not seen.waiting)
    await _until_notified(stage, 2)


async def heals(stage: Stage, _reference: str) -> None:
    """Telnyx answers a stopped account, but refuses the request that goes first. Later it is closed: all is well."""
    waiting = await stage.client.start_workflow(
        names.WORKFLOW_TYPE, id=names.workflow_id("r-0"), task_queue="of no worker"
    )
    stop = Stop(since=datetime.now(UTC), because="10009 refused.", told=True, failed_trials=PROBED_AT_ONCE)
    await _opened(stage, AccountState(stop=stop, waiting=[waiting.id]))
    await _until(stage, lambda seen: not seen.waiting)
    await _trouble(stage, 0)
    await waiting.terminate()
    await _until(stage, lambda seen: not seen.stopped)
    await _until_notified(stage, 1)


async def trouble_of_another(stage: Stage, _reference: str) -> None:
    """A signal about another account than the one of the workflow."""
    await _claims(stage, 0)
    trouble = AccountTrouble(account="another", workflow_id="hosting-r-0", because="Refused.", at=datetime.now(UTC))
    account = stage.client.get_workflow_handle(names.account_workflow_id(stage.account))
    await account.signal(names.STOP_SIGNAL, trouble)
    await _until(stage, lambda seen: seen.events)


def _account_workflow(stage: Stage) -> TemporalAccountWorkflow:
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
    assert (await _account_workflow(stage).claim(stage.account, claim)).granted


async def _trouble(stage: Stage, place: int) -> None:
    """A request meets the account's stop. It is closed when it is to be woken."""
    request, now = names.workflow_id(f"r-{place}"), datetime.now(UTC)
    trouble = AccountTrouble(account=stage.account, workflow_id=request, because="10009 refused.", at=now)
    await _account_workflow(stage).report_stop(trouble)


async def _until(stage: Stage, good: Callable[[AccountProgress], object]) -> AccountProgress:
    return await until(lambda: accounts.show(stage.client, stage.account), good, every=0.05)


async def _until_notified(stage: Stage, times: int) -> None:
    """Wait until people were notified that often."""
    account = stage.client.get_workflow_handle(names.account_workflow_id(stage.account))

    async def notified() -> int:
        commands = histories.commands(await account.fetch_history())
        return sum(command.startswith("marker recorded local activity") for command in commands)

    await until(notified, lambda count: count >= times, every=0.05)
