"""A stand-in for a request that only keeps the hints it is given, and watches an order."""

import asyncio
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.common import Priority
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from domain.messages import TelnyxNews
    from domain.names import WATCH_ACTIVITY


class Watching:
    """The watch of a stand-in: it counts its looks, and the next is an hour away.

    One that is slow looks for a second time at once, and that look goes on until it is let `go_on`.
    """

    def __init__(self, *, slow: bool = False) -> None:
        self._slow = slow
        self.looks: asyncio.Queue[int] = asyncio.Queue()
        self.go_on = asyncio.Event()

    @activity.defn(name=WATCH_ACTIVITY)
    async def watch_order(self) -> None:
        attempt = activity.info().attempt
        self.looks.put_nowait(attempt)
        if self._slow and attempt > 1:
            await self.go_on.wait()
        soon = self._slow and not self.go_on.is_set()
        raise ApplicationError("no news", next_retry_delay=timedelta(seconds=0.1) if soon else timedelta(hours=1))


@workflow.defn(name="HostNumbers")
class Listening:
    """Keeps the ids of the events it was told about, until it is told to end."""

    def __init__(self) -> None:
        self._heard: list[str] = []
        self._over = False

    @workflow.run
    async def run(self, watch: str = "") -> list[str]:
        if watch:
            workflow.start_activity(
                watch,
                start_to_close_timeout=timedelta(seconds=10),
                priority=Priority(priority_key=4, fairness_key="acme"),
            )
        await workflow.wait_condition(lambda: self._over)
        return self._heard

    @workflow.signal
    def telnyx_news(self, news: TelnyxNews) -> None:
        self._heard.append(news.event_id)

    @workflow.signal
    def end(self) -> None:
        self._over = True
