"""Heartbeats tell the server that this worker is alive. Without them it gives the work to another one in seconds."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from temporalio import activity

from domain import heartbeats


class Pulse:
    """Knows whether this attempt's heartbeats were on time. A frozen attempt has a successor and must send no more."""

    def __init__(self, *note: Any) -> None:
        """Each heartbeat leaves `note` for the next attempt. Without one, the note of the last attempt stays."""
        self._note = note or tuple(activity.info().heartbeat_details)
        self._last = time.monotonic()
        self._missed = False

    def beat(self) -> None:
        """Send a heartbeat."""
        self._missed = not self.is_steady
        self._last = time.monotonic()
        activity.heartbeat(*self._note)

    @property
    def is_steady(self) -> bool:
        """False for good once a heartbeat came later than the server tolerates."""
        limit = activity.info().heartbeat_timeout
        late = limit is not None and time.monotonic() - self._last >= limit.total_seconds()
        return not (self._missed or late)


@asynccontextmanager
async def send_heartbeats(*note: Any) -> AsyncIterator[Pulse]:
    """Send heartbeats while the body runs.

    A note is left before the body begins. It says what the body may have done, in case this worker dies.
    """
    pulse = Pulse(*note)
    if note:
        pulse.beat()
    beats = asyncio.create_task(_beat_steadily(pulse))
    try:
        yield pulse
    finally:
        beats.cancel()
        with suppress(asyncio.CancelledError):
            await beats


async def _beat_steadily(pulse: Pulse) -> None:
    while True:
        await asyncio.sleep(heartbeats.INTERVAL.total_seconds())  # first, since most calls are over by then
        pulse.beat()
