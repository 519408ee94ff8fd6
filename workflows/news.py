"""Delivers one piece of news to everybody who wants it, for as long as it takes; nothing waits for this workflow."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

from domain.deliveries import Delivery, Told
from domain.names import MEMO_FAILED, NEWS_WORKFLOW_TYPE
from domain.news import News
from workflows import patience

with workflow.unsafe.imports_passed_through():
    from activities.telling_people import TellingActivities

Send = Callable[[Any, Delivery], Awaitable[None]]


@workflow.defn(name=NEWS_WORKFLOW_TYPE)
class TellPeople:
    """One piece of news; its id is the event's, so that the same event is told once."""

    @workflow.run
    async def run(self, news: News) -> Told:
        """Find out who wants it and tell them side by side: one that fails holds up no other."""
        wanted = await workflow.execute_local_activity_method(
            TellingActivities.find_addressees,
            news,
            start_to_close_timeout=patience.LOCAL.start_to_close,
            summary=f"who wants {news.event}",
        )
        sends = [
            *(_send(TellingActivities.tell_channel, name, news, patience.CHANNEL) for name in wanted.channels),
            *(_send(TellingActivities.post_webhook, name, news, patience.WEBHOOK) for name in wanted.webhooks),
        ]
        names = [*wanted.channels, *wanted.webhooks]
        done = dict(zip(names, await asyncio.gather(*sends), strict=True))
        failed = [name for name in names if not done[name]]
        if failed:
            workflow.upsert_memo({MEMO_FAILED: failed})  # lists read the memo, and no result
        return Told(told=[name for name in names if done[name]], failed=failed)


async def _send(step: Send, to: str, news: News, limits: patience.Patience) -> bool:
    """Tell one of them; whether it was taken in the end."""
    try:
        await workflow.execute_activity_method(
            step, Delivery(to=to, news=news), summary=f"{news.event} to {to}", **limits.options()
        )
    except ActivityError as error:
        if is_cancelled_exception(error):
            raise
        what = "channel_failed" if limits is patience.CHANNEL else "webhook_failed"
        workflow.logger.warning(what, extra={"to": to, "event_id": news.event_id, "reference": news.reference})
        return False
    return True
