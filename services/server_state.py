"""What the Temporal server itself knows of workflows and queues. None of this needs a worker."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client, WorkflowExecution, WorkflowExecutionDescription
from temporalio.service import RPCError, RPCStatusCode

from domain import names
from domain.messages import HostingRequest
from runtime.codec import UndecryptablePayload
from runtime.connection import converter_of
from services import parsing
from services.errors import FailingWorker, NoAnswer, NoHostingRequest, Refused, UnknownReference

SERVER_LIMIT = timedelta(seconds=10)
"""How long the server may take for what needs no worker."""

_PASSING = frozenset(
    {
        RPCStatusCode.CANCELLED,
        RPCStatusCode.DEADLINE_EXCEEDED,
        RPCStatusCode.UNAVAILABLE,
        RPCStatusCode.RESOURCE_EXHAUSTED,
        RPCStatusCode.ABORTED,
        RPCStatusCode.INTERNAL,
        RPCStatusCode.UNKNOWN,
    }
)
"""Faults that may pass by themselves."""


@contextmanager
def server_faults() -> Iterator[None]:
    """Turns the server's faults into our errors, except NOT_FOUND, whose meaning only the caller knows."""
    try:
        yield
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise
        raise fault(error) from None


def fault(error: RPCError) -> NoAnswer | Refused:
    """Our error for a fault of the server: `NoAnswer` when it may pass by itself."""
    reason = str(error).partition("\n")[0][:200].rstrip(".")
    if error.status is RPCStatusCode.FAILED_PRECONDITION and "workflow task" in reason.lower():
        return FailingWorker()
    if error.status in _PASSING:
        return NoAnswer(f"The Temporal server did not answer ({reason}): try again.")
    if "search attribute" in reason.lower():
        return Refused(
            f"The Temporal server lacks a search attribute ({reason}): check TEMPORAL_NAMESPACE, and run "
            "`hosted-sms setup` once."
        )
    return Refused(f"The Temporal server refuses this ({reason}): check the namespace and the rights of its key.")


async def first_workflows(client: Client, query: str, limit: int) -> list[WorkflowExecution]:
    """The newest runs that fit a query, so many at most. Raises as `list_workflows`."""
    return [found async for found in list_workflows(client, query, limit)]


async def list_workflows(client: Client, query: str, limit: int | None = None) -> AsyncIterator[WorkflowExecution]:
    """Yields the runs that fit a query, so many at most.

    Raises:
        Refused: the namespace does not exist, or the server refuses the query.
        NoAnswer: the server does not answer.
    """
    try:
        with server_faults():
            async for found in client.list_workflows(query, limit=limit, rpc_timeout=SERVER_LIMIT):
                yield found
    except RPCError as error:
        raise Refused(f"There is no namespace {client.namespace!r} ({error}): check TEMPORAL_NAMESPACE.") from None


async def describe(client: Client, reference: str) -> WorkflowExecutionDescription:
    """The newest run of a request.

    Raises:
        UnknownReference: there is none.
        NoAnswer: the server does not answer.
    """
    return await describe_owner(client, parsing.reference(reference))


async def describe_owner(client: Client, reference: str) -> WorkflowExecutionDescription:
    """The newest run of a request or an import, whose documents lie under this reference. Raises as `describe`."""
    handle = client.get_workflow_handle(names.workflow_id(reference))
    try:
        with server_faults():
            return await handle.describe(rpc_timeout=SERVER_LIMIT)
    except RPCError:
        raise UnknownReference(reference) from None


async def asked_for(client: Client, workflow_id: str, run_id: str | None = None) -> HostingRequest:
    """What a request was started with, read from its first event.

    Raises:
        UnknownReference: there is no such request.
        NoHostingRequest: it was started with something else.
        UndecryptablePayload: this process does not have the key.
    """
    handle = client.get_workflow_handle(workflow_id, run_id=run_id)
    try:
        with server_faults():
            async for event in handle.fetch_history_events(page_size=1, rpc_timeout=SERVER_LIMIT):
                payloads = event.workflow_execution_started_event_attributes.input.payloads
                return await _decoded(client, payloads, workflow_id)
    except RPCError:
        pass
    raise UnknownReference(names.reference_of(workflow_id))


async def _decoded(client: Client, payloads: Sequence[Payload], workflow_id: str) -> HostingRequest:
    try:
        # The SDK fails on a type that has no payload.
        hints: list[type] = [HostingRequest] if payloads else []
        decoded = await converter_of(client, workflow_id).decode(payloads, hints)
        return HostingRequest.model_validate(decoded[0])
    except UndecryptablePayload as error:
        reference = names.reference_of(workflow_id)
        raise UndecryptablePayload(f"What {reference} was started with cannot be read here. {error}") from None
    except (ValueError, IndexError, RuntimeError):
        raise NoHostingRequest(workflow_id) from None


async def has_pollers(client: Client, queue: str, *, activities: bool = False) -> bool:
    """Whether a worker polled this queue within the last minutes."""
    return await count_pollers(client, queue, activities=activities) > 0


async def count_pollers(client: Client, queue: str, *, activities: bool = False) -> int:
    """How many workers polled this queue within the last minutes. Some of them may have ended."""
    kind = TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY if activities else TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW
    request = DescribeTaskQueueRequest(
        namespace=client.namespace, task_queue=TaskQueue(name=queue), task_queue_type=kind
    )
    try:
        with server_faults():
            reply = await client.workflow_service.describe_task_queue(request, timeout=SERVER_LIMIT)
    except RPCError:  # NOT_FOUND: no one ever used the queue
        return 0
    return len({poller.identity for poller in reply.pollers})
