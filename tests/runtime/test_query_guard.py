"""A query that comes together with events must not leave a run in a state that no replay reaches."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest
from temporalio import workflow
from temporalio.api.command.v1 import Command, StartTimerCommandAttributes
from temporalio.api.enums.v1 import CommandType, TaskQueueKind
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.taskqueue.v1 import StickyExecutionAttributes, TaskQueue
from temporalio.api.workflowservice.v1 import (
    PollWorkflowTaskQueueRequest,
    PollWorkflowTaskQueueResponse,
    RespondWorkflowTaskCompletedRequest,
)
from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import (
    UnsandboxedWorkflowRunner,
    Worker,
    WorkflowInstance,
    WorkflowInstanceDetails,
    WorkflowRunner,
)

from runtime.query_guard import QueryGuard

DAY = timedelta(days=1)
MISSED_AFTER = timedelta(seconds=2)
"""How long the server waits for a worker that has died."""


@workflow.defn
class Counter:
    """Counts its signals, and starts a new timer after each."""

    def __init__(self) -> None:
        self._count = 0

    @workflow.run
    async def run(self) -> int:
        while self._count < 3:
            count = self._count
            await workflow.wait_condition(lambda count=count: self._count > count, timeout=DAY)  # type: ignore[misc]
        return self._count

    @workflow.signal
    def add(self) -> None:
        self._count += 1

    @workflow.query
    def count(self) -> int:
        return self._count


class CountedRunner(WorkflowRunner):
    """Counts how often a run was built from its history."""

    def __init__(self) -> None:
        self.built = 0
        self._runner = UnsandboxedWorkflowRunner()

    def prepare_workflow(self, defn: workflow._Definition) -> None:
        self._runner.prepare_workflow(defn)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        self.built += 1
        return self._runner.create_instance(det)


@asynccontextmanager
async def working(client: Client, queue: str, runner: WorkflowRunner) -> AsyncIterator[None]:
    worker = Worker(client, task_queue=queue, workflows=[Counter], workflow_runner=runner)
    if isinstance(runner, QueryGuard):
        runner.serve(worker)
    async with worker:
        yield


async def start_and_die(client: Client, queue: str) -> None:
    """Act as a worker that completes the first task of a `Counter`, polls for more, and then dies."""
    service, own = client.workflow_service, sticky(f"{queue}-dead", queue)
    task = PollWorkflowTaskQueueResponse()
    while not task.task_token:
        task = await service.poll_workflow_task_queue(poll(client, TaskQueue(name=queue)))
    timer = StartTimerCommandAttributes(timer_id="1")
    timer.start_to_fire_timeout.FromTimedelta(DAY)
    begun = Command(command_type=CommandType.COMMAND_TYPE_START_TIMER, start_timer_command_attributes=timer)
    keeps = StickyExecutionAttributes(worker_task_queue=own)
    keeps.schedule_to_start_timeout.FromTimedelta(MISSED_AFTER)
    await service.respond_workflow_task_completed(
        RespondWorkflowTaskCompletedRequest(
            namespace=client.namespace, task_token=task.task_token, commands=[begun], sticky_attributes=keeps
        )
    )
    with suppress(RPCError):
        await service.poll_workflow_task_queue(poll(client, own), timeout=timedelta(seconds=2.5))


def poll(client: Client, queue: TaskQueue) -> PollWorkflowTaskQueueRequest:
    return PollWorkflowTaskQueueRequest(namespace=client.namespace, task_queue=queue, identity="dying")


def sticky(name: str, of: str) -> TaskQueue:
    """The queue of a worker's own runs."""
    return TaskQueue(name=name, kind=TaskQueueKind.TASK_QUEUE_KIND_STICKY, normal_name=of)


async def query_after_a_death(client: Client, runner: WorkflowRunner) -> WorkflowHandle[Counter, int]:
    """Play the scene again when the machine was so slow that the server forgot the dead worker before the query."""
    while True:
        try:
            return await _query_after_a_death(client, runner)
        except RPCError as error:
            if "no poller seen" not in str(error):
                raise


async def _query_after_a_death(client: Client, runner: WorkflowRunner) -> WorkflowHandle[Counter, int]:
    """A run whose worker died, which then got a query and a signal, and was taken over by another worker.

    The server waits for the dead worker. Then it gives the query to the other worker, and the task a moment later.
    Until then the run gets another signal.
    """
    queue = f"guard-{uuid.uuid4().hex[:8]}"
    handle = await client.start_workflow(Counter.run, id=queue, task_queue=queue)
    await start_and_die(client, queue)
    query = asyncio.ensure_future(handle.query(Counter.count, rpc_timeout=timedelta(seconds=20)))
    await asyncio.sleep(MISSED_AFTER.total_seconds() / 2)  # nothing shows that a query waits for a worker
    await handle.signal(Counter.add)
    async with working(client, queue, runner):
        assert await query == 1
        await handle.signal(Counter.add)
        while await handle.query(Counter.count) < 2:
            continue
        await handle.signal(Counter.add)
        assert await handle.result() == 3
    return handle


async def timers(handle: WorkflowHandle[Counter, int]) -> list[str]:
    """The ids of the timers in the history. A replay does not check them, but cancels timers by them."""
    events = (await handle.fetch_history()).events
    return [event.timer_started_event_attributes.timer_id for event in events if _starts_timer(event)]


def _starts_timer(event: HistoryEvent) -> bool:
    return event.HasField("timer_started_event_attributes")


async def test_a_run_numbers_its_timers_as_a_replay_does_after_a_query(
    live_server: WorkflowEnvironment,
) -> None:
    handle = await query_after_a_death(live_server.client, QueryGuard(UnsandboxedWorkflowRunner()))
    ids = await timers(handle)
    assert len(ids) > 1, "the second signal started a timer"
    assert ids == [str(place) for place in range(1, len(ids) + 1)]


async def test_without_the_guard_the_numbers_differ(live_server: WorkflowEnvironment) -> None:
    handle = await query_after_a_death(live_server.client, UnsandboxedWorkflowRunner())
    assert await timers(handle) == ["1", "3"], "The SDK is fixed, so the guard can go (docs/decisions/0011)."


@pytest.mark.parametrize(("queries", "built"), [(1, 2), (0, 1)])
async def test_only_a_query_makes_a_worker_forget_a_run(
    live_server: WorkflowEnvironment, queries: int, built: int
) -> None:
    client = live_server.client
    queue, runner = f"guard-{uuid.uuid4().hex[:8]}", CountedRunner()
    async with working(client, queue, QueryGuard(runner)):
        handle = await client.start_workflow(Counter.run, id=queue, task_queue=queue)
        while len((await handle.fetch_history()).events) < 5:  # an earlier query would come with the first task
            continue
        for _ in range(queries):
            assert await handle.query(Counter.count) == 0
        for _ in range(3):
            await handle.signal(Counter.add)
        await handle.result()
    assert runner.built == built
