"""Sleeping on the Temporal server that skips time, also when it holds its clock without a reason."""

import asyncio
from datetime import timedelta

from temporalio.api.testservice.v1 import SleepRequest, UnlockTimeSkippingRequest
from temporalio.testing import WorkflowEnvironment

from tests import limits

A_MONTH_TAKES = timedelta(seconds=limits.WAIT)
"""Of real time, at most, on a slow machine."""


async def sleep(
    server: WorkflowEnvironment, duration: timedelta | float, stuck_after: timedelta = timedelta(seconds=20)
) -> None:
    """Sleep by the server's clock. Its own `sleep` gives up after half a minute of polls, which is less than a month.

    At times the server counts work that is over, and holds its clock for ever (tests/property/open_work.py says when).
    A clock that did not move for `stuck_after` of real time is released, each time again.
    """
    request = SleepRequest()
    request.duration.FromTimedelta(duration if isinstance(duration, timedelta) else timedelta(seconds=duration))
    clock = server.client.test_service
    sleeping = asyncio.ensure_future(clock.unlock_time_skipping_with_sleep(request, timeout=A_MONTH_TAKES))
    while not sleeping.done():
        before = await server.get_current_time()
        await asyncio.wait({sleeping}, timeout=stuck_after.total_seconds())
        if not sleeping.done() and await server.get_current_time() - before < 2 * stuck_after:
            await clock.unlock_time_skipping(UnlockTimeSkippingRequest())
    await sleeping
