"""Waiting for what no event announces: the other side of HTTP, a query or a description on the Temporal server."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from tests import limits

Seen = TypeVar("Seen")
TIMEOUT = limits.WAIT
"""Real seconds."""


async def until(
    look: Callable[[], Awaitable[Seen]], good: Callable[[Seen], object] = bool, every: float = 0.02
) -> Seen:
    """Look every few (real) seconds until what is seen is good.

    Returns:
        What was seen last.

    Raises:
        AssertionError: it was not good within the time limit.
    """
    seen = await look()
    try:
        async with asyncio.timeout(TIMEOUT):
            while not good(seen):
                await asyncio.sleep(every)
                seen = await look()
    except TimeoutError:
        raise AssertionError(f"never seen; the last was {seen!r}") from None
    return seen
