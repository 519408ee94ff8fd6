"""Lists notifications and sends them to programs again, for example after an outage of a receiver.

Temporal forgets a delivery after the retention of the namespace, and the notification with it.
"""

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from pydantic import BaseModel, Field
from temporalio.client import Client, WorkflowExecution
from temporalio.common import WorkflowIDReusePolicy

from domain import names, notification_text
from domain.notification import Notification
from services import parsing, server_state

START_WITHIN = 3.0
"""Seconds that the start of a delivery may take. The publisher does not wait for the delivery itself."""


class Delivery(BaseModel):
    """A notification and the state of its delivery."""

    news: Notification
    delivery: str
    """`running` while a recipient is still tried, then `completed`, or `failed` when a recipient was given up."""
    failed: list[str] = Field(default_factory=list)
    """The channels and webhooks that were given up, by their names in the worker's settings."""
    queue: str


class ReplayResult(BaseModel):
    """What a replay sent again."""

    events: int
    since: datetime


async def deliveries(client: Client, since: datetime, reference: str | None = None) -> AsyncIterator[Delivery]:
    """Yields each notification since an instant once, the newest first.

    Args:
        client: of Temporal.
        since: only notifications from then on.
        reference: only notifications about this request.

    Raises:
        NoAnswer: the server does not answer.
    """
    wanted = None if reference is None else parsing.reference(reference)
    seen: set[str] = set()
    async for found in server_state.list_workflows(client, _query(since)):
        notification = await found.memo_value(names.MEMO_NOTIFICATION, default=None, type_hint=Notification)
        if notification is None or notification.event_id in seen or wanted not in {None, notification.reference}:
            continue
        seen.add(notification.event_id)
        yield await _delivery(found, notification)


def _query(since: datetime) -> str:
    begin = since.astimezone(UTC).isoformat()
    return f"WorkflowType = '{names.NOTIFICATION_WORKFLOW_TYPE}' AND StartTime >= '{begin}'"


async def _delivery(found: WorkflowExecution, notification: Notification) -> Delivery:
    failed: list[str] = await found.memo_value(names.MEMO_FAILED, default=[], type_hint=list[str])
    status = found.status.name.lower() if found.status else "unknown"
    return Delivery(news=notification, delivery="failed" if failed else status, failed=failed, queue=found.task_queue)


async def replay(client: Client, since: datetime, reference: str | None = None) -> ReplayResult:
    """Sends each notification since an instant to the outbound webhooks again. People get no second one.

    A receiver sees the same `webhook-id` as the first time, so it can drop what it has already.

    Raises:
        NoAnswer: the server does not answer. What was sent again until then stays sent.
    """
    found = [one async for one in deliveries(client, since, reference)]
    for one in found:
        notification = one.news.model_copy(update={"programs_only": True})
        workflow_id = f"{names.notification_workflow_id(notification.event_id)}-again-{uuid.uuid4().hex[:8]}"
        with server_state.server_faults():
            await start_delivery(client, notification, workflow_id, one.queue)
    return ReplayResult(events=len(found), since=since)


async def start_delivery(client: Client, notification: Notification, workflow_id: str, queue: str) -> None:
    """Starts the workflow that delivers a notification. Its memo holds the notification for lists.

    Raises:
        WorkflowAlreadyStartedError: it was started before, however it ended.
        RPCError: Temporal does not answer as it should.
    """
    await client.start_workflow(
        names.NOTIFICATION_WORKFLOW_TYPE,
        notification,
        id=workflow_id,
        task_queue=queue,
        id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
        memo={names.MEMO_NOTIFICATION: notification},
        static_summary=notification_text.label(notification),
        rpc_timeout=timedelta(seconds=START_WITHIN),
    )
