"""What people and programs were told lately, and telling programs once more, as after an outage of theirs.

Temporal forgets a delivery that is over after the namespace's retention, and with it the event.
"""

import re
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from pydantic import BaseModel, Field
from temporalio.client import Client, WorkflowExecution
from temporalio.common import WorkflowIDReusePolicy
from temporalio.service import RPCError

from domain import names, notification_text
from domain.notification import Notification
from services import parsing, server_state
from services.errors import Refused

WITHIN = 3.0
"""Seconds that a start may take: a publisher does not wait until people are told."""

_SPAN = re.compile(r"([0-9]{1,4})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class Delivered(BaseModel):
    """One piece of news and where its delivery stands."""

    news: Notification
    delivery: str
    """`running` while somebody is still tried, then `completed`, or `failed` when somebody was given up."""
    failed: list[str] = Field(default_factory=list)
    """The channels and webhooks that were given up, by the names in the worker's settings."""
    queue: str


class Replayed(BaseModel):
    """What a replay sends again."""

    events: int
    since: datetime


def instant(text: str, now: datetime) -> datetime:
    """An instant in the past, given as `30m`, `24h`, `3d` or as a date or time by ISO 8601 (UTC unless it says).

    Raises:
        Refused: it is none of these, or lies beyond what a calendar has.
    """
    span = _SPAN.fullmatch(text)
    if span:
        return now - timedelta(**{_UNITS[span[2]]: int(span[1])})
    try:
        given = datetime.fromisoformat(text)
        return (given if given.tzinfo else given.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):  # the first and the last hours of the calendar have no time in UTC
        raise Refused(f"{text[:80]!r} is no time: write 24h, 3d or a time such as 2026-11-30T09:00.") from None


async def told(client: Client, since: datetime, reference: str | None = None) -> AsyncIterator[Delivered]:
    """Yields each event since an instant once, the newest first.

    Args:
        client: of Temporal.
        since: only what was told from then on.
        reference: only what is about this request.

    Raises:
        NoAnswer: the server does not answer.
    """
    wanted = None if reference is None else parsing.reference(reference)
    query = (
        f"WorkflowType = '{names.NOTIFICATION_WORKFLOW_TYPE}' AND StartTime >= '{since.astimezone(UTC).isoformat()}'"
    )
    seen: set[str] = set()
    try:
        with server_state.server_faults():
            async for found in client.list_workflows(query, rpc_timeout=server_state.SERVER_LIMIT):
                news = await found.memo_value(names.MEMO_NOTIFICATION, default=None, type_hint=Notification)
                if news is None or news.event_id in seen or wanted not in {None, news.reference}:
                    continue
                seen.add(news.event_id)
                yield await _delivered(found, news)
    except RPCError as error:
        raise server_state.fault(error) from None


async def _delivered(found: WorkflowExecution, news: Notification) -> Delivered:
    failed: list[str] = await found.memo_value(names.MEMO_FAILED, default=[], type_hint=list[str])
    status = found.status.name.lower() if found.status else "unknown"
    return Delivered(news=news, delivery="failed" if failed else status, failed=failed, queue=found.task_queue)


async def replay(client: Client, since: datetime, reference: str | None = None) -> Replayed:
    """Sends each event since an instant once more, to the outbound webhooks alone; people are not told again.

    Receivers see the same `webhook-id` as the first time, so that whoever has it already leaves it out.

    Raises:
        NoAnswer: the server does not answer; what was sent again until then stays so.
    """
    events = [one async for one in told(client, since, reference)]
    for one in events:
        news = one.news.model_copy(update={"programs_only": True})
        workflow_id = f"{names.notification_workflow_id(news.event_id)}-again-{uuid.uuid4().hex[:8]}"
        with server_state.server_faults():
            await deliver(client, news, workflow_id, one.queue)
    return Replayed(events=len(events), since=since)


async def deliver(client: Client, news: Notification, workflow_id: str, queue: str) -> None:
    """Start the workflow that delivers news; the memo holds it too, so that lists need not read the history.

    Raises:
        WorkflowAlreadyStartedError: it was started before, however it ended.
        RPCError: Temporal does not answer as it should.
    """
    await client.start_workflow(
        names.NOTIFICATION_WORKFLOW_TYPE,
        news,
        id=workflow_id,
        task_queue=queue,
        id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
        memo={names.MEMO_NOTIFICATION: news},
        static_summary=notification_text.label(news),
        rpc_timeout=timedelta(seconds=WITHIN),
    )
