"""Why the workflow tasks of a run fail, as its history tells: the server keeps the failure of the first attempt."""

import re
from collections.abc import Iterator

from pydantic import BaseModel
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import WorkflowTaskFailedCause
from temporalio.api.failure.v1 import Failure
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryReverseRequest
from temporalio.client import Client
from temporalio.converter import WorkflowSerializationContext
from temporalio.service import RPCError

from runtime.codec import KEY_ID, UndecryptablePayload
from runtime.error_text import first_line
from services import server_state

_LOOKED_AT = 20
"""Events, from the newest on. Behind a failed task come its next attempt and the signals that arrived meanwhile."""
_UNREADABLE = UndecryptablePayload.__name__
_NAMED_KEY = re.compile(r"\bkey '?([A-Za-z0-9._-]{1,64})")
_LONGEST = 200


class TaskFailure(BaseModel):
    """Why the workflow task of a run failed."""

    cause: str
    """As the server names it, such as `NonDeterministicError`."""
    text: str = ""
    """What the worker said; empty when this process cannot read it."""
    key_id: str = ""
    """The id of the key that the worker lacks; empty when it lacks none."""


async def last_failure(client: Client, workflow_id: str, run_id: str) -> TaskFailure | None:
    """The newest failure of a workflow task; None when none of the newest events is one.

    Raises:
        Refused, NoAnswer: the server refuses to tell, or does not answer.
    """
    for event in await _newest_events(client, workflow_id, run_id):
        if event.HasField("workflow_task_failed_event_attributes"):
            failed = event.workflow_task_failed_event_attributes
            cause = WorkflowTaskFailedCause.Name(failed.cause).removeprefix("WORKFLOW_TASK_FAILED_CAUSE_")
            told = await _told(client, workflow_id, failed.failure)
            return TaskFailure(cause=_words(cause), text=told, key_id=_lacking_key(failed.failure, told))
        if event.HasField("workflow_task_completed_event_attributes"):
            return None
    return None


async def key_of_start(client: Client, workflow_id: str, run_id: str) -> str:
    """The id of the key under which a run was started; empty when it names none."""
    handle = client.get_workflow_handle(workflow_id, run_id=run_id)
    try:
        with server_state.server_faults():
            async for event in handle.fetch_history_events(page_size=1, rpc_timeout=server_state.SERVER_LIMIT):
                payloads = event.workflow_execution_started_event_attributes.input.payloads
                return payloads[0].metadata.get(KEY_ID, b"").decode(errors="replace") if payloads else ""
    except RPCError:  # NOT_FOUND: forgotten by the server just now
        pass
    return ""


async def _newest_events(client: Client, workflow_id: str, run_id: str) -> list[HistoryEvent]:
    request = GetWorkflowExecutionHistoryReverseRequest(
        namespace=client.namespace,
        execution=WorkflowExecution(workflow_id=workflow_id, run_id=run_id),
        maximum_page_size=_LOOKED_AT,
    )
    try:
        with server_state.server_faults():
            reply = await client.workflow_service.get_workflow_execution_history_reverse(
                request, timeout=server_state.SERVER_LIMIT
            )
    except RPCError:  # NOT_FOUND: forgotten by the server just now
        return []
    return list(reply.history.events)


async def _told(client: Client, workflow_id: str, failure: Failure) -> str:
    """The text of the innermost cause of a failure."""
    context = WorkflowSerializationContext(namespace=client.namespace, workflow_id=workflow_id)
    copied = Failure()
    copied.CopyFrom(failure)
    try:
        error = await client.data_converter.with_context(context).decode_failure(copied)
    except (UndecryptablePayload, ValueError, RuntimeError):
        return ""
    while error.__cause__ is not None:
        error = error.__cause__
    return first_line(error, _LONGEST)


def _lacking_key(failure: Failure, told: str) -> str:
    if not any(one.application_failure_info.type == _UNREADABLE for one in _chain(failure)):
        return ""
    named = _NAMED_KEY.search(told)
    return named[1] if named else ""


def _chain(failure: Failure) -> Iterator[Failure]:
    yield failure
    while failure.HasField("cause"):
        failure = failure.cause
        yield failure


def _words(cause: str) -> str:
    """`NON_DETERMINISTIC_ERROR` as `NonDeterministicError`, which is how the server's marks write it."""
    return "".join(word.capitalize() for word in cause.split("_"))
