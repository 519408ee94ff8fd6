"""Telling people: one local activity, which costs the history one event and calls nobody but us.

Whatever leaves the installation is delivered by another workflow, `TellPeople`, which the activity starts. Where
Temporal does not take that start within seconds, as under a rate limit, the workflow starts it itself.
"""

import asyncio
from contextlib import suppress
from typing import Any

from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from domain import command_hints, names, notification_text
from domain.messages import Choice, HostingRequest
from domain.notification import Notification
from workflows import activity_options
from workflows.request.records import AskRecord

with workflow.unsafe.imports_passed_through():
    from activities.asks import AskActivities


async def notify_of_request(request: HostingRequest, event: str, summary: str, **news: Any) -> None:
    """Tell people of an event of a request; `news` are the fields of `News` that this event has."""
    await notify(notification_of(request, event, **news), summary)


async def notify(news: Notification, summary: str) -> None:
    """Tell people of anything, also of what no request is about, such as an account."""
    untold = await workflow.execute_local_activity_method(
        AskActivities.notify, news, start_to_close_timeout=activity_options.LOCAL.start_to_close, summary=summary
    )
    await deliver(untold)


async def deliver(untold: Notification | None) -> None:
    """Start the delivery of news that its activity could not begin, as a child that outlives this workflow.

    This start stands in the history, and the server makes it by itself for as long as it takes: no limit and no outage
    of its front stands in between. The child's start and end are some events more in this history, so it is kept for
    what would be lost otherwise. Where only the answer to the first start was lost, its id is taken: it stays the one.
    """
    if untold is None:
        return
    with suppress(WorkflowAlreadyStartedError):
        await asyncio.shield(_start(untold))  # a cancel would take the start back


async def _start(news: Notification) -> None:
    await workflow.start_child_workflow(
        names.NOTIFICATION_WORKFLOW_TYPE,
        news,
        id=names.notification_workflow_id(news.event_id),
        id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
        parent_close_policy=workflow.ParentClosePolicy.ABANDON,
        memo={names.MEMO_NOTIFICATION: news},
        static_summary=notification_text.label(news),
    )


def notification_of(request: HostingRequest, event: str, **news: Any) -> Notification:
    """News about a request, as of now."""
    return Notification(
        event=event,
        reference=request.reference,
        account=request.account,
        customer=request.customer,
        at=workflow.now(),
        **news,
    )


async def notify_of_ask(request: HostingRequest, ask: AskRecord, event: str, summary: str) -> None:
    """Tell people of an ask that is open: that it waits still, or that a second recipient has to know."""
    await notify(notification_of_ask(request, ask, event), summary)


def notification_of_ask(request: HostingRequest, ask: AskRecord, event: str) -> Notification:
    """News about an ask: what is wanted and the command that answers it, without any number or code."""
    return notification_of(
        request,
        event,
        ask=ask.id,
        kind=ask.kind,
        numbers=len(ask.numbers),
        ends=tuple(ask.numbers),
        deadline=ask.deadline,
        text="\n".join([ask.guidance, *(_line(choice) for choice in ask.choices)]).strip(),
        command=command_hints.answering(
            request.reference, ask.id, ask.kind, choices=bool(ask.choices), account=request.account
        )[0],
    )


def _line(choice: Choice) -> str:
    order = f" --order {choice.order_id}" if choice.order_id else ""
    return f"{choice.choice}{order}: {choice.sentence}"
