"""What an activity gets is what was sealed for its workflow, or nothing."""

import asyncio
import uuid
from datetime import timedelta
from typing import Any

import pytest
from temporalio import activity, workflow
from temporalio.client import Client, WorkflowFailureError
from temporalio.common import RawValue, RetryPolicy
from temporalio.exceptions import ActivityError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from domain.messages import Cancel
from runtime.connection import for_worker
from runtime.payload_rules import PayloadRules
from runtime.refusals import Refusals
from runtime.sealed_inputs import SealedInputs
from tests.workflows.attackers import ODD, keys_of, sealed, sealed_as_before, with_keys, without_keys


@workflow.defn
class Calls:
    """Hands what it is started with to an activity."""

    @workflow.run
    async def run(self, given: RawValue) -> RawValue:
        result: RawValue = await workflow.execute_activity(
            "attempts",
            given,
            result_type=RawValue,
            start_to_close_timeout=timedelta(seconds=60),
            retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=10), maximum_attempts=2),
        )
        return result


class Attempts:
    """An activity that fails once, and returns what its second attempt finds in the heartbeat."""

    def __init__(self) -> None:
        self.begun, self.fail = asyncio.Event(), asyncio.Event()

    @activity.defn
    async def attempts(self, given: Cancel) -> str:
        if activity.info().attempt == 1:
            self.begun.set()
            await self.fail.wait()
            raise RuntimeError("once more")
        return f"{given.by}: {list(activity.info().heartbeat_details)}"


async def run(client: Client, caller: Client, payload: Any, beats: Any = None, *, accept: bool = False) -> str:
    """The result of the activity. `caller` sends `payload` to it, and someone sends the heartbeat."""
    id_, work = f"sealed-{uuid.uuid4().hex}", Attempts()
    sealed_inputs = SealedInputs(PayloadRules(accept_unbound=accept), Refusals(client))
    runner = UnsandboxedWorkflowRunner()
    async with (
        Worker(without_keys(caller), task_queue=id_, workflows=[Calls], workflow_runner=runner),
        Worker(for_worker(client), task_queue=id_, activities=[work.attempts], interceptors=[sealed_inputs]),
    ):
        await without_keys(caller).start_workflow(
            Calls.run, RawValue(await payload(id_) if callable(payload) else payload), id=id_, task_queue=id_
        )
        if beats is not None:
            await work.begun.wait()
            beating = without_keys(client).get_async_activity_handle(workflow_id=id_, run_id=None, activity_id="1")
            await beating.heartbeat(RawValue(beats))
        work.fail.set()
        result: str = await client.get_workflow_handle(id_, result_type=str).result()
        return result


@pytest.fixture
def client(live_server: WorkflowEnvironment) -> Client:
    return with_keys(live_server.client, keys_of("test"))


async def test_a_heartbeat_of_strangers_counts_as_none(client: Client) -> None:
    async def mine(id_: str) -> Any:
        return await sealed(client, Cancel(by="me"), id_)

    plain = await sealed(without_keys(client), {"codes": []})
    for beats in (plain, await sealed(client, "x", "another"), ODD["random bytes under our key"]):
        assert await run(client, client, mine, beats) == "me: []"


async def test_a_setting_lets_in_what_was_sent_before_payloads_were_bound(client: Client) -> None:
    for payload in (
        await sealed(without_keys(client), Cancel(by="me")),
        await sealed_as_before(client, Cancel(by="me")),
    ):
        assert await run(client, client, payload, accept=True) == "me: []"
        with pytest.raises(WorkflowFailureError) as caught:
            await run(client, client, payload)
        assert isinstance(caught.value.cause, ActivityError)
