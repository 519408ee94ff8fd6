"""The counters of the development server are exact, and they count actions as Temporal Cloud defines them."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from tools.bench.results import Counts, fewest
from tools.bench.server_counts import ServerCounts, difference, parse
from tools.bench.testbed import TestBed

pytestmark = pytest.mark.server
LIMIT = timedelta(seconds=30)


@activity.defn
async def fails_once() -> None:
    activity.heartbeat("under way")
    if activity.info().attempt == 1:
        raise ApplicationError("No.", next_retry_delay=timedelta(milliseconds=1))


@activity.defn
async def nothing() -> None:
    pass


@workflow.defn
class EveryKind:
    """One of every kind of action that this program uses."""

    def __init__(self) -> None:
        self._signalled = self._updated = False

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: self._signalled and self._updated, timeout=LIMIT)  # a timer
        await workflow.execute_activity(fails_once, start_to_close_timeout=LIMIT)
        for _ in range(2):  # both in one workflow task
            await workflow.execute_local_activity(nothing, start_to_close_timeout=LIMIT)

    @workflow.signal
    def signal(self) -> None:
        self._signalled = True

    @workflow.update
    async def update(self) -> None:
        self._updated = True

    @workflow.query
    def query(self) -> str:
        return "answer"


ACTIONS = {
    "grpc_StartWorkflowExecution": 1,
    "grpc_SignalWorkflowExecution": 1,
    "grpc_QueryWorkflow": 1,
    "message_UpdateWorkflowExecution_Acceptance": 1,
    "command_StartTimer": 1,
    "command_ScheduleActivityTask": 1,
    "activity_retry": 1,
    "command_BatchMarkers": 1,
}
"""By the definition in record 36. Heartbeats are compared with their calls, because the SDK may leave some out."""


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[tuple[Client, ServerCounts]]:
    with TestBed(tmp_path) as bed:
        bed.start_temporal()
        client = await Client.connect(bed.temporal_address)
        async with Worker(
            client,
            task_queue="q",
            workflows=[EveryKind],
            activities=[fails_once, nothing],
            workflow_runner=UnsandboxedWorkflowRunner(),
        ):
            yield client, ServerCounts(client, bed.metrics_address)


async def play(client: Client, workflow_id: str) -> None:
    handle = await client.start_workflow(EveryKind.run, id=workflow_id, task_queue="q")
    await handle.query(EveryKind.query)
    await handle.execute_update(EveryKind.update, id="same")
    await handle.execute_update(EveryKind.update, id="same")  # the server knows it already
    await handle.signal(EveryKind.signal)
    await handle.result()


async def test_the_server_counts_each_kind_of_action_once_each_time(server: tuple[Client, ServerCounts]) -> None:
    client, counts = server
    await play(client, "warm-up")
    for place in range(2):
        before = await counts.now()
        await play(client, f"counted-{place}")
        found = difference(before, await counts.now())
        heartbeats = found.actions.pop("grpc_RecordActivityTaskHeartbeat")
        assert heartbeats == found.calls["RecordActivityTaskHeartbeat"] >= 1
        assert found.actions == ACTIONS
        asked = ("StartWorkflowExecution", "QueryWorkflow", "UpdateWorkflowExecution", "SignalWorkflowExecution")
        assert [found.calls[name] for name in asked] == [1, 1, 2, 1]


async def test_nothing_is_counted_while_no_one_asks_for_anything(server: tuple[Client, ServerCounts]) -> None:
    client, counts = server
    await play(client, "warm-up")
    before = await counts.now()
    assert difference(before, await counts.now()) == Counts()


def test_polls_without_a_task_other_namespaces_and_other_services_do_not_count() -> None:
    text = """
# HELP service_requests service_requests counter
service_requests{namespace="default",operation="PollActivityTaskQueue",service_name="frontend"} 9
service_requests{namespace="default",operation="StartWorkflowExecution",service_name="frontend"} 2
service_requests{namespace="default",operation="StartWorkflowExecution",service_name="history"} 2
service_requests{namespace="temporal_system",operation="StartWorkflowExecution",service_name="frontend"} 5
poll_success{namespace="default",operation="TaskQueueMgr",task_type="Activity"} 3
action{action_type="command_StartTimer",namespace="default",service_name="history"} 4
"""
    found = parse(text, "default")
    assert found.calls == {"PollActivityTaskQueue": 3, "StartWorkflowExecution": 2}
    assert found.actions == {"command_StartTimer": 4}


def test_the_request_whose_workflow_tasks_were_not_split_counts() -> None:
    split, whole = Counts(calls={"a": 9}, events=54), Counts(calls={"a": 7}, events=51)
    assert fewest([split, whole]) == whole
