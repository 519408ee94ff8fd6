"""A stand-in for a request that keeps the hints it gets, and may watch an order."""

import asyncio
from datetime import timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.common import Priority
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from domain.activity_io import WatchOrder
    from domain.messages import TelnyxNews
    from domain.names import WATCH_ACTIVITY


class WatchDouble:
    """A watch that counts its polls. The pause after a poll is an hour.

    A slow watch polls a second time at once, and that poll runs until `finish` is set.
    """

    def __init__(self, *, slow: bool = False) -> None:
        self._slow = slow
        self.polls: asyncio.Queue[int] = asyncio.Queue()
        self.finish = asyncio.Event()

    @activity.defn(name=WATCH_ACTIVITY)
    async def watch_order(self) -> None:
        attempt = activity.info().attempt
        self.polls.put_nowait(attempt)
        if self._slow and attempt > 1:
            await self.finish.wait()
        soon = self._slow and not self.finish.is_set()
        raise ApplicationError("no news", next_retry_delay=timedelta(seconds=0.1) if soon else timedelta(hours=1))


@workflow.defn(name="HostNumbers")
class RequestDouble:
    """Returns the event ids of its hints when it gets the signal `end`."""

    def __init__(self) -> None:
        self._event_ids: list[str] = []
        self._ended = False
        self._known: dict[str, Any] | str | None = None

    @workflow.run
    async def run(self, watch: str = "", known: dict[str, Any] | str | None = None) -> list[str]:
        self._known = known
        if watch:
            workflow.start_activity(
                watch,
                start_to_close_timeout=timedelta(seconds=10),
                priority=Priority(priority_key=4, fairness_key="acme"),
            )
        await workflow.wait_condition(lambda: self._ended)
        return self._event_ids

    @workflow.query
    def watched(self) -> WatchOrder | None:
        """What it knows of its order `o-1`; a text: it cannot answer."""
        if isinstance(self._known, str):
            raise ApplicationError(self._known)
        order = {"account": "default", "order_id": "o-1", "known": {}}
        return None if self._known is None else WatchOrder.model_validate(order | self._known)

    @workflow.signal
    def telnyx_news(self, news: TelnyxNews) -> None:
        self._event_ids.append(news.event_id)

    @workflow.signal
    def end(self) -> None:
        self._ended = True
