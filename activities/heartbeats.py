"""Heartbeats: the server notices within seconds that a worker died, and gives its work to another."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from temporalio import activity

from activities import delays


class Pulse:
    """Whether this attempt's heartbeats were on time: a frozen one has a successor, and must send nothing more."""

    def __init__(self, *note: Any) -> None:
        """`note` is what each beat leaves for the next attempt; without one, what the last attempt left stays."""
        self._note = note or tuple(activity.info().heartbeat_details)
        self._last = time.monotonic()
        self._missed = False

    def beat(self) -> None:
        """Tell the server that this attempt is alive."""
        self._missed = not self.is_steady
        self._last = time.monotonic()
        activity.heartbeat(*self._note)

    @property
    def is_steady(self) -> bool:
        """False for good once two beats, or the last one and now, were further apart than the server tolerates."""
        limit = activity.info().heartbeat_timeout
        late = limit is not None and time.monotonic() - self._last >= limit.total_seconds()
        return not (self._missed or late)


@asynccontextmanager
async def send_heartbeats(*note: Any) -> AsyncIterator[Pulse]:
    """Heartbeat while the body runs, so that a worker's death is noticed in seconds.

    A note is left before the body begins: it says what the body may have done, should nobody hear of it again.
    """
    pulse = Pulse(*note)
    if note:
        pulse.beat()

    async def beat() -> None:
        while True:
            await asyncio.sleep(delays.HEARTBEAT_INTERVAL)  # first, since most calls are over by then
            pulse.beat()

    task = asyncio.create_task(beat())
    try:
        yield pulse
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
