"""Time in a story: the server's clock is moved, and the simulated reviewers sleep by the same clock."""

import asyncio
import time
from datetime import timedelta
from typing import Any

from google.protobuf.duration_pb2 import Duration
from temporalio.api.testservice.v1 import SleepRequest
from temporalio.testing import WorkflowEnvironment

from tests.property.work import Work

LOOK_EVERY = 1.0
"""Real seconds between two looks at a clock that has not come where it should."""
STUCK_LOOKS = 20
"""Looks in a row at which the clock stood still for the same work: by then the work never ends."""
IDLE_LOOKS = 3
"""Looks in a row at which the clock stood still for nothing: between two pieces of work one look may see nothing."""
SKIPS = 2.0
"""How much faster than ours a clock is that skips; one that is held moves as fast as ours."""
_NO_LIMIT = timedelta(hours=1)
"""A month without Telnyx is thousands of calls, and each takes its time: how long a skip takes says nothing."""


class ServerLostItsWay(Exception):  # noqa: N818 - named for what happened
    """The story cannot be played on this server, which says nothing about the rules."""


class Clock:
    """Skipped time. It goes on by itself only as fast as ours, and jumps only where a story says so."""

    def __init__(self, server: WorkflowEnvironment, work: Work, *, look_every: float = LOOK_EVERY) -> None:
        self._server = server
        self._work = work
        self._look_every = look_every
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []
        self.elapsed = 0.0
        """Seconds that the story let pass."""

    async def now(self) -> float:
        """The server's clock, in Unix seconds."""
        return (await self._server.get_current_time()).timestamp()

    async def sleep(self, seconds: float) -> None:
        """Sleep by this clock: for the reviewers and owners of the simulator."""
        waking: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.elapsed + seconds, waking))
        await waking

    async def go_on(self, seconds: float) -> None:
        """Let time pass; what a sleeper does when it wakes is noticed by the requests before the rest passes.

        Raises:
            TimeoutError: something is under way that never ends.
            ServerLostItsWay: the clock stands still although nothing is under way.
        """
        until = self.elapsed + seconds
        while self.elapsed < until:
            self._sleepers = [pair for pair in self._sleepers if not pair[1].done()]
            due = min((due for due, _ in self._sleepers), default=until)
            step = max(min(due, until) - self.elapsed, 0.0)
            if step:
                await self._skip(step)
            self.elapsed += step
            await self._wake()

    async def _skip(self, seconds: float) -> None:
        """As the server's own `sleep`, which never comes back where the clock is held for ever."""
        request = SleepRequest(duration=Duration(seconds=int(seconds), nanos=int(seconds % 1 * 1e9)))
        skipping = asyncio.ensure_future(
            self._server.client.test_service.unlock_time_skipping_with_sleep(request, timeout=_NO_LIMIT)
        )
        try:
            await self._look_after(skipping)
        finally:
            skipping.cancel()

    async def _look_after(self, skipping: "asyncio.Future[Any]") -> None:
        stood = idle = 0
        while not skipping.done():
            if not await self._stands_still(skipping):
                stood = idle = 0
                continue
            under_way = await self._work.under_way()
            stood, idle = stood + 1, 0 if under_way else idle + 1
            if idle >= IDLE_LOOKS:
                raise ServerLostItsWay
            if stood >= STUCK_LOOKS:
                raise TimeoutError(f"the clock stands still; under way: {under_way}")
        skipping.result()

    async def _stands_still(self, skipping: "asyncio.Future[Any]") -> bool:
        """Look for a moment; whether the clock was to skip in it, and moved no faster than ours."""
        server, ours = await self.now(), time.monotonic()
        await asyncio.wait({skipping}, timeout=self._look_every)
        return not skipping.done() and await self.now() - server < SKIPS * (time.monotonic() - ours)

    async def _wake(self) -> None:
        for due, waking in self._sleepers:
            if due <= self.elapsed and not waking.done():
                waking.set_result(None)
        for _ in range(5):  # whoever woke runs until it sleeps again
            await asyncio.sleep(0)
