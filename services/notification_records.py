"""What requests and accounts themselves remember of notifications, also of those that no one wanted.

A notification that no channel and no webhook wants costs no workflow and no event. So nothing on the server knows of
it, and the workflows that made it are asked. That needs a worker.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus, WorkflowFailureError
from temporalio.service import RPCError

from domain import names
from domain.notification import Notification, NotificationList
from domain.transfers import ALERT_WORKFLOW, TransferAlertResult
from services import parsing, queries, server_state
from workflows import search_attributes as attributes

MOST_ASKED = 200
"""Workflows that are asked, the newest first. Each question costs a worker some milliseconds."""
_AT_ONCE = 20


@dataclass
class Records:
    """What was remembered, and what could not be found out."""

    notifications: list[Notification] = field(default_factory=list)
    unanswered: int = 0
    """Workflows that did not answer."""
    not_asked: bool = False
    """Whether there are more workflows than are asked."""


async def read(client: Client, since: datetime, reference: str | None = None) -> Records:
    """Asks the workflows that were open at some time since an instant.

    Args:
        client: of Temporal.
        since: only notifications from then on.
        reference: only notifications about this request.

    Raises:
        NoAnswer: the server does not answer.
    """
    found = await _find(client, since, reference)
    limit = asyncio.Semaphore(_AT_ONCE)
    answers = await asyncio.gather(*(_ask(client, one, limit) for one in found[:MOST_ASKED]))
    records = Records(not_asked=len(found) > MOST_ASKED, unanswered=answers.count(None))
    for answer in answers:
        records.notifications += [
            one for one in answer or () if one.at and one.at >= since and reference in {None, one.reference}
        ]
    return records


async def _find(client: Client, since: datetime, reference: str | None) -> list[WorkflowExecution]:
    found: list[WorkflowExecution] = []
    async for one in server_state.list_workflows(client, _query(since, reference)):
        if one.status is not WorkflowExecutionStatus.CONTINUED_AS_NEW:  # its next run knows the same
            found.append(one)
        if len(found) > MOST_ASKED:
            break
    return found


def _query(since: datetime, reference: str | None) -> str:
    wanted = f"'{names.WORKFLOW_TYPE}', '{names.ACCOUNT_WORKFLOW_TYPE}', '{ALERT_WORKFLOW}'"
    query = f"WorkflowType IN ({wanted})"
    if reference is not None:
        of_request = names.workflow_id(parsing.reference(reference))
        query = f"(WorkflowId = '{of_request}' OR WorkflowType = '{ALERT_WORKFLOW}')"
    return f"{query} AND (ExecutionStatus = 'Running' OR CloseTime >= '{since.astimezone(UTC).isoformat()}')"


async def _ask(client: Client, found: WorkflowExecution, limit: asyncio.Semaphore) -> list[Notification] | None:
    """What one workflow remembers; None when it does not answer."""
    async with limit:
        if found.workflow_type == ALERT_WORKFLOW:
            return await _alerts(client, found)
        handle = client.get_workflow_handle(found.id, run_id=found.run_id)
        answer = await queries.ask(handle, names.NOTIFICATIONS_QUERY, NotificationList)
        if answer is None:
            return [] if _never_began(found) else None
        return list(answer.notifications)


def _never_began(found: WorkflowExecution) -> bool:
    """Whether a run was refused at its start, so that it told no one anything. A request sets its step at once."""
    refused = found.status is WorkflowExecutionStatus.FAILED and found.workflow_type == names.WORKFLOW_TYPE
    return refused and found.typed_search_attributes.get(attributes.STEP) is None


async def _alerts(client: Client, found: WorkflowExecution) -> list[Notification] | None:
    """The alerts of a transfer, which stand in the result of their workflow; none before that."""
    if found.status is not WorkflowExecutionStatus.COMPLETED:
        return []
    handle = client.get_workflow_handle(found.id, run_id=found.run_id, result_type=TransferAlertResult)
    try:
        result = await handle.result(rpc_timeout=server_state.SERVER_LIMIT)
    except (RPCError, WorkflowFailureError):
        return None
    return list(TransferAlertResult.model_validate(result).alerts)
