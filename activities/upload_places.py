"""How many uploads of one account may be under way in a worker.

An upload takes minutes over a slow line, and an account has few connections to Telnyx. Without a bound a hundred
uploads would hold every connection, and the code that a person hands in would wait for one of them.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio import activity

from activities.telnyx_failures import retry_in
from domain import delays

UPLOADS_AT_ONCE = 6
"""Of one account. The other connections (`telnyx_api.transport.MAX_CONNECTIONS`) are left to calls that are short."""


class UploadPlaces:
    """The places for uploads in a worker."""

    def __init__(self, places: int = UPLOADS_AT_ONCE) -> None:
        self._of_accounts = defaultdict[str, asyncio.Semaphore](lambda: asyncio.Semaphore(places))

    @asynccontextmanager
    async def take(self, account: str) -> AsyncIterator[None]:
        """Hold a place of an account in the body.

        Raises:
            ApplicationError: none became free for some seconds. Temporal tries again, perhaps on another worker.
        """
        places = self._of_accounts[account]
        try:
            async with asyncio.timeout(delays.UPLOAD_PLACE_WITHIN):
                await places.acquire()
        except TimeoutError:
            pause = delays.double_each_attempt(delays.FIRST_RETRY, activity.info().attempt, delays.UPLOAD_PLACE_WITHIN)
            raise retry_in(pause, "Many documents are being uploaded. These are next.", type_="UploadsBusy") from None
        try:
            yield
        finally:
            places.release()
