"""Knows what is under way on a server that one client and one worker process use.

The server that skips time counts what is under way, and holds its clock meanwhile. At times it miscounts. An activity
counts for ever when it is cancelled before a worker took it, for instance at the moment of its next attempt, or when it
outlives its workflow (https://github.com/temporalio/sdk-java/issues/1138). The server does not show its count, so this
module counts as well.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from temporalio import activity
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType, PendingActivityState, WorkflowExecutionStatus
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionRequest, DescribeWorkflowExecutionResponse
from temporalio.client import (
    Client,
    Interceptor,
    OutboundInterceptor,
    StartWorkflowInput,
    StartWorkflowUpdateWithStartInput,
    WorkflowHandle,
    WorkflowUpdateHandle,
)
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput
from temporalio.worker import Interceptor as WorkerInterceptor

_WORKFLOW_TASKS = {
    EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT,
}
"""Another one follows each of these but the completed one. The history of this server does not always have it."""


class OpenWork(Interceptor, WorkerInterceptor):
    """Everything that may rightly hold the clock. An activity that waits for its next attempt does not.

    `client` is the client that starts everything. It is set once it is connected.
    """

    client: Client | None = None

    def __init__(self) -> None:
        self.started: set[str] = set()
        """The ids of the workflows that were not seen closed."""
        self.running: Counter[str] = Counter()
        """The activities that run in this process."""

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:  # noqa: A002 - the SDK's name for it
        return _Starts(self, next)

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002 - as above
        return _Attempts(self, next)

    async def under_way(self) -> list[str]:
        """What is under way now. When it is nothing, the clock has no reason to stand still."""
        found = sorted(self.running.elements())
        for workflow_id in sorted(self.started):
            found += await self._in_workflow(workflow_id)
        return found

    async def _in_workflow(self, workflow_id: str) -> list[str]:
        assert self.client is not None
        described = await _described(self.client, workflow_id)
        if described.workflow_execution_info.status != WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING:
            self.started.discard(workflow_id)
            return []
        history = await self.client.get_workflow_handle(workflow_id).fetch_history()
        return [f"{what} of {workflow_id}" for what in (*_untaken(described), *_open_task(history.events))]


async def _described(server: Client, workflow_id: str) -> DescribeWorkflowExecutionResponse:
    """The raw description, since the SDK cannot read all of this server's. Empty for a workflow that never started."""
    execution = WorkflowExecution(workflow_id=workflow_id)
    request = DescribeWorkflowExecutionRequest(namespace=server.namespace, execution=execution)
    try:
        return await server.workflow_service.describe_workflow_execution(request)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return DescribeWorkflowExecutionResponse()


def _untaken(described: DescribeWorkflowExecutionResponse) -> Iterator[str]:
    """The activities that no worker has taken yet. Those that run are counted where they run."""
    for one in described.pending_activities:
        if one.state == PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED:
            yield f"the activity {one.activity_type.name}, which no worker took,"


def _open_task(events: Iterable[HistoryEvent]) -> Iterator[str]:
    tasks = [event.event_type for event in events if event.event_type in _WORKFLOW_TASKS]
    if tasks and tasks[-1] != EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
        yield "a workflow task"


class _Starts(OutboundInterceptor):
    def __init__(self, work: OpenWork, next: OutboundInterceptor) -> None:  # noqa: A002 - as above
        super().__init__(next)
        self._work = work

    async def start_workflow(self, input: StartWorkflowInput) -> WorkflowHandle[Any, Any]:  # noqa: A002 - as above
        self._work.started.add(input.id)
        return await super().start_workflow(input)

    async def start_update_with_start_workflow(
        self,
        input: StartWorkflowUpdateWithStartInput,  # noqa: A002 - as above
    ) -> WorkflowUpdateHandle[Any]:
        self._work.started.add(input.start_workflow_input.id)
        return await super().start_update_with_start_workflow(input)


class _Attempts(ActivityInboundInterceptor):
    def __init__(self, work: OpenWork, next: ActivityInboundInterceptor) -> None:  # noqa: A002 - as above
        super().__init__(next)
        self._work = work

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002 - as above
        info = activity.info()
        name = f"the activity {info.activity_type} of {info.workflow_id}"
        self._work.running[name] += 1
        try:
            return await super().execute_activity(input)
        finally:
            self._work.running[name] -= 1
