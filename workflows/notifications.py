"""Notifies people and programs: one local activity, which costs the history one event.

What leaves the installation is delivered by another workflow, `TellPeople`, which the activity starts. When Temporal
does not take that start within seconds, for instance under a rate limit, the workflow starts it itself.
"""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from typing import Any

from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from domain import command_hints, names, notification_text
from domain.messages import Choice, HostingRequest
from domain.notification import Notification, notices
from workflows import activity_options
from workflows.request.display import progress
from workflows.request.records import AskRecord
from workflows.request.state import State

with workflow.unsafe.imports_passed_through():
    from activities.asks import AskActivities


async def notify(notification: Notification, summary: str) -> None:
    """Notify people of anything, also of what is about an account and no request."""
    untold = await workflow.execute_local_activity_method(
        AskActivities.notify,
        notification,
        start_to_close_timeout=activity_options.LOCAL.start_to_close,
        summary=summary,
    )
    await deliver(untold)


async def notify_of_request(
    given: HostingRequest, state: State, event: str, summary: str, about: Collection[str], **fields: Any
) -> None:
    """Notify people of an event of a request.

    Args:
        given: the request.
        state: where it stands.
        event: a value of `NotificationEvent`.
        summary: what the Temporal UI calls it.
        about: the phone numbers that it is about.
        fields: other fields of `Notification`.
    """
    notification = _notification_of(given, state, event, about, **fields)
    state.record_notification(notification)
    await notify(notification, summary)


async def notify_of_ask(given: HostingRequest, state: State, ask: AskRecord, event: str, summary: str) -> None:
    """Notify people that an ask still waits, or that a second recipient has to know of it."""
    notification = notification_of_ask(given, state, ask, event)
    state.record_notification(notification)
    await notify(notification, summary)


def notification_of_ask(given: HostingRequest, state: State, ask: AskRecord, event: str) -> Notification:
    """The notification of an ask: what is wanted and the command that answers it, without any number or code."""
    commands = command_hints.answering(
        given.reference, ask.id, ask.kind, choices=bool(ask.choices), account=given.account
    )
    return _notification_of(
        given,
        state,
        event,
        ask.numbers,
        ask=ask.id,
        kind=ask.kind,
        deadline=ask.deadline,
        text="\n".join([ask.guidance, *(_line(choice) for choice in ask.choices)]).strip(),
        command=commands[0],
    )


def _notification_of(
    given: HostingRequest, state: State, event: str, about: Collection[str], **fields: Any
) -> Notification:
    return Notification(
        event=event,
        reference=given.reference,
        account=given.account,
        customer=given.customer,
        at=workflow.now(),
        numbers=len(about),
        ends=tuple(about),
        per_number=notices(progress(given, state).numbers, set(about)),
        **fields,
    )


def _line(choice: Choice) -> str:
    order = f" --order {choice.order_id}" if choice.order_id else ""
    return f"{choice.choice}{order}: {choice.sentence}"


async def deliver(untold: Notification | None) -> None:
    """Start the delivery of a notification that its activity could not start, as a child that outlives this workflow.

    The server makes this start by itself for as long as it takes, since it is in the history: no limit and no outage of
    its frontend can lose it. It costs the history some more events, so it is kept for what would be lost otherwise.
    When only the answer to the first start was lost, the id is taken already, and that first start counts.
    """
    if untold is None:
        return
    with suppress(WorkflowAlreadyStartedError):
        await asyncio.shield(_start(untold))  # a cancel would take the start back


async def _start(notification: Notification) -> None:
    await workflow.start_child_workflow(
        names.NOTIFICATION_WORKFLOW_TYPE,
        notification,
        id=names.notification_workflow_id(notification.event_id),
        id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
        parent_close_policy=workflow.ParentClosePolicy.ABANDON,
        memo={names.MEMO_NOTIFICATION: notification.without_numbers()},
        static_summary=notification_text.label(notification),
    )
