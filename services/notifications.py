"""Lists notifications and sends them to programs again, for example after an outage of a receiver.

Temporal forgets a delivery after the retention of the namespace, and the notification with it.
"""

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from pydantic import BaseModel, Field
from temporalio.client import Client, WorkflowExecution
from temporalio.common import WorkflowIDReusePolicy
from temporalio.service import RPCError

from domain import names, notification_text
from domain.notification import Notification
from runtime.connection import converter_of
from services import notification_records, parsing, server_state

NO_DELIVERY = "none"
START_WITHIN = 3.0
"""Seconds that the start of a delivery may take. The publisher does not wait for the delivery itself."""


class Delivery(BaseModel):
    """A notification and the state of its delivery."""

    news: Notification
    delivery: str
    """`running` while a recipient is still tried, then `completed`, or `failed` when a recipient was given up. `none`:
    the server knows no delivery, because no one wanted it, or since the namespace's retention is over."""
    failed: list[str] = Field(default_factory=list)
    """The channels and webhooks that were given up, by their names in the worker's settings."""
    queue: str
    """Empty without a delivery."""


class Deliveries(BaseModel):
    """The notifications since an instant, the newest first, and what could not be found out."""

    found: list[Delivery]
    unanswered: int = 0
    """Requests and accounts that did not answer. Of theirs only what was delivered is known."""
    not_asked: bool = False
    """Whether there are more requests than are asked for what no one wanted."""


class ReplayResult(BaseModel):
    """What a replay sent again."""

    events: int
    since: datetime


async def events(client: Client, since: datetime, reference: str | None = None) -> Deliveries:
    """Everything that people and programs were to be told since an instant, also what no channel wanted.

    Raises:
        NoAnswer: the server does not answer.
    """
    found = [one async for one in deliveries(client, since, reference)]
    records = await notification_records.read(client, since, reference)
    known = {_key(one.news) for one in found}
    unwanted = [one for one in records.notifications if _key(one) not in known]
    found += [Delivery(news=one, delivery=NO_DELIVERY, queue="") for one in unwanted]
    found.sort(key=lambda one: one.news.at or since, reverse=True)
    return Deliveries(found=found, unanswered=records.unanswered, not_asked=records.not_asked)


def _key(notification: Notification) -> tuple[object, ...]:
    """What is the same in a delivery and in the memory of its request. The id is made for a delivery alone."""
    return (notification.account, notification.reference, notification.event, notification.ask, notification.at)


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
        sent = await _as_sent(client, one.news)
        notification = sent.model_copy(update={"programs_only": True})
        workflow_id = f"{names.notification_workflow_id(notification.event_id)}-again-{uuid.uuid4().hex[:8]}"
        with server_state.server_faults():
            await start_delivery(client, notification, workflow_id, one.queue)
    return ReplayResult(events=len(found), since=since)


async def _as_sent(client: Client, listed: Notification) -> Notification:
    """A notification as its delivery was started with it: the memo, which lists read, lacks what grows with numbers."""
    handle = client.get_workflow_handle(names.notification_workflow_id(listed.event_id))
    try:
        with server_state.server_faults():
            async for event in handle.fetch_history_events(page_size=1, rpc_timeout=server_state.SERVER_LIMIT):
                payloads = event.workflow_execution_started_event_attributes.input.payloads
                [sent] = await converter_of(client, handle.id).decode(payloads, [Notification])
                return Notification.model_validate(sent)
    except RPCError:  # NOT_FOUND: the server has forgotten the first delivery, and knows one that repeated it
        pass
    return listed


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
        memo={names.MEMO_NOTIFICATION: notification.without_numbers()},
        static_summary=notification_text.label(notification),
        rpc_timeout=timedelta(seconds=START_WITHIN),
    )
