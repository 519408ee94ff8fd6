"""The clock of the Temporal server that skips time, let go where the server holds it for nothing."""

import asyncio
from datetime import timedelta

from temporalio.api.testservice.v1 import SleepRequest, UnlockTimeSkippingRequest
from temporalio.testing import WorkflowEnvironment

A_MONTH_TAKES = timedelta(seconds=100)
"""Of real time, at most, on a slow machine."""


async def patiently(
    server: WorkflowEnvironment, duration: timedelta | float, stands_still: timedelta = timedelta(seconds=20)
) -> None:
    """Sleeps by the server's clock as its own `sleep` does, which gives up a month of looks after half a minute.

    At times the server counts work that is over and holds its clock for ever (tests/property/work.py says when). A
    clock that stood for `stands_still` of real time is let go, again each time.
    """
    request = SleepRequest()
    request.duration.FromTimedelta(duration if isinstance(duration, timedelta) else timedelta(seconds=duration))
    clock = server.client.test_service
    sleeping = asyncio.ensure_future(clock.unlock_time_skipping_with_sleep(request, timeout=A_MONTH_TAKES))
    while not sleeping.done():
        before = await server.get_current_time()
        await asyncio.wait({sleeping}, timeout=stands_still.total_seconds())
        if not sleeping.done() and await server.get_current_time() - before < 2 * stands_still:
            await clock.unlock_time_skipping(UnlockTimeSkippingRequest())
    await sleeping
