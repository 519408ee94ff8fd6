"""Delivers one notification to all who want it, for as long as it takes. No other workflow waits for this one."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

from domain.deliveries import Delivery, DeliveryReport
from domain.names import MEMO_FAILED, NOTIFICATION_WORKFLOW_TYPE
from domain.notification import Notification
from domain.printable import line
from workflows import activity_options
from workflows.activity_options import ActivityOptions
from workflows.received import takes

with workflow.unsafe.imports_passed_through():
    from activities.notifications import NotificationActivities

Send = Callable[[Any, Delivery], Awaitable[None]]


@workflow.defn(name=NOTIFICATION_WORKFLOW_TYPE)
class TellPeople:
    """One notification. Its id is the event's, so that the same event is delivered once."""

    @workflow.run
    @takes(Notification)
    async def run(self, news: Notification) -> DeliveryReport:
        """Find out who wants it and deliver to all of them side by side: one that fails delays no other."""
        wanted = await workflow.execute_local_activity_method(
            NotificationActivities.find_addressees,
            news,
            start_to_close_timeout=activity_options.LOCAL.start_to_close,
            summary=f"who wants {_event(news)}",
        )
        channels, webhooks = NotificationActivities.tell_channel, NotificationActivities.post_webhook
        sends = [
            *(_send(channels, name, news, activity_options.CHANNEL) for name in wanted.channels),
            *(_send(webhooks, name, news, activity_options.WEBHOOK) for name in wanted.webhooks),
        ]
        names = [*wanted.channels, *wanted.webhooks]
        done = dict(zip(names, await asyncio.gather(*sends), strict=True))
        failed = [name for name in names if not done[name]]
        if failed:
            workflow.upsert_memo({MEMO_FAILED: failed})  # lists read the memo, and no result
        return DeliveryReport(told=[name for name in names if done[name]], failed=failed)


def _event(notification: Notification) -> str:
    """Its event for a summary, of which the server keeps 400 bytes. Any program may have started this."""
    return line(notification.event, 64)


async def _send(method: Send, to: str, notification: Notification, options: ActivityOptions) -> bool:
    """Deliver to one of them. True when it was taken in the end."""
    try:
        await workflow.execute_activity_method(
            method,
            Delivery(to=to, news=notification),
            summary=f"{_event(notification)} to {to}",
            **options.options(),
        )
    except ActivityError as error:
        if is_cancelled_exception(error):
            raise
        what = "channel_failed" if options is activity_options.CHANNEL else "webhook_failed"
        fields = {"to": to, "event_id": notification.event_id, "reference": notification.reference}
        workflow.logger.warning(what, extra=fields)
        return False
    return True
