"""Telling people: one local activity, which costs the history one event and calls nobody but us."""

from typing import Any

from temporalio import workflow

from domain.messages import HostingRequest
from domain.work import Notification
from workflows import patience

with workflow.unsafe.imports_passed_through():
    from activities.asking import AskingActivities


async def tell(request: HostingRequest, event: str, summary: str, **news: Any) -> None:
    """Notify people of an event of a request; `news` are the fields of the notification that this event has."""
    await workflow.execute_local_activity_method(
        AskingActivities.notify,
        Notification(
            reference=request.reference, event=event, account=request.account, customer=request.customer, **news
        ),
        start_to_close_timeout=patience.LOCAL.start_to_close,
        summary=summary,
    )
