"""Work that goes on after an answer was given: reviews, webhooks, late commits. Ends with the simulator."""

import asyncio
from collections.abc import Coroutine


class Background:
    """Starts tasks and holds them until they are done, so that none is lost and none outlives the simulator."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Runs the work by itself, whatever becomes of the caller."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def stop(self) -> None:
        """Cancels what still runs and waits until it is gone."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
