"""Tries a delivery to Temporal again until it succeeds or its time is over."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from inbound.faults import FAULTS

T = TypeVar("T")


@dataclass(frozen=True)
class RetryPolicy:
    """When to try again, in seconds. Each pause is twice the one before."""

    give_up_after: float
    first_pause: float = 0.5
    longest_pause: float = 10.0


async def retry(attempt: Callable[[], Awaitable[T]], policy: RetryPolicy, on_fault: Callable[[Exception], None]) -> T:
    """The result of the first attempt that does not end with a fault.

    `on_fault` gets each fault. It raises it again to end the retries.

    Raises:
        TimeoutError: no attempt succeeded in time.
    """
    pause = policy.first_pause
    async with asyncio.timeout(policy.give_up_after):
        while True:
            try:
                return await attempt()
            except FAULTS as fault:
                on_fault(fault)
            await asyncio.sleep(pause)
            pause = min(2 * pause, policy.longest_pause)
