"""How many calls of a kind one account may have under way in a worker.

An account has few connections to Telnyx (`telnyx_api.transport.MAX_CONNECTIONS`). An upload takes minutes over a slow
line, and looks at orders are many. Without a bound they would hold every connection while Telnyx is slow, and the code
that a person hands in would wait for one of them.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

UPLOADS_AT_ONCE = 6
"""Of one account."""
WATCHES_AT_ONCE = 2
"""Reads of one account by watches: some twenty a second, as many as a lister hints. Its lister, or else its probe,
makes one call at a time."""


class CallPlaces:
    """The places for one kind of call in a worker."""

    def __init__(self, places: int) -> None:
        """Each account has so many."""
        self._of_accounts = defaultdict[str, asyncio.Semaphore](lambda: asyncio.Semaphore(places))

    @asynccontextmanager
    async def take(self, account: str, *, within: float, busy: Exception) -> AsyncIterator[None]:
        """Hold a place of an account in the body. Raises `busy` when none became free within so many seconds."""
        places = self._of_accounts[account]
        try:
            async with asyncio.timeout(within):
                await places.acquire()
        except TimeoutError:
            raise busy from None
        try:
            yield
        finally:
            places.release()
