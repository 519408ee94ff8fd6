"""Delivers one piece of news to everybody who wants it, for as long as it takes; nothing waits for this workflow."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

from domain.deliveries import Delivery, DeliveryReport
from domain.names import MEMO_FAILED, NOTIFICATION_WORKFLOW_TYPE
from domain.notification import Notification
from workflows import activity_options

with workflow.unsafe.imports_passed_through():
    from activities.notifications import NotificationActivities

Send = Callable[[Any, Delivery], Awaitable[None]]


@workflow.defn(name=NOTIFICATION_WORKFLOW_TYPE)
class TellPeople:
    """One piece of news; its id is the event's, so that the same event is told once."""

    @workflow.run
    async def run(self, news: Notification) -> DeliveryReport:
        """Find out who wants it and tell them side by side: one that fails holds up no other."""
        wanted = await workflow.execute_local_activity_method(
            NotificationActivities.find_addressees,
            news,
            start_to_close_timeout=activity_options.LOCAL.start_to_close,
            summary=f"who wants {news.event}",
        )
        sends = [
            *(
                _send(NotificationActivities.tell_channel, name, news, activity_options.CHANNEL)
                for name in wanted.channels
            ),
            *(
                _send(NotificationActivities.post_webhook, name, news, activity_options.WEBHOOK)
                for name in wanted.webhooks
            ),
        ]
        names = [*wanted.channels, *wanted.webhooks]
        done = dict(zip(names, await asyncio.gather(*sends), strict=True))
        failed = [name for name in names if not done[name]]
        if failed:
            workflow.upsert_memo({MEMO_FAILED: failed})  # lists read the memo, and no result
        return DeliveryReport(told=[name for name in names if done[name]], failed=failed)


async def _send(step: Send, to: str, news: Notification, limits: activity_options.ActivityOptions) -> bool:
    """Tell one of them; whether it was taken in the end."""
    try:
        await workflow.execute_activity_method(
            step, Delivery(to=to, news=news), summary=f"{news.event} to {to}", **limits.options()
        )
    except ActivityError as error:
        if is_cancelled_exception(error):
            raise
        what = "channel_failed" if limits is activity_options.CHANNEL else "webhook_failed"
        workflow.logger.warning(what, extra={"to": to, "event_id": news.event_id, "reference": news.reference})
        return False
    return True
