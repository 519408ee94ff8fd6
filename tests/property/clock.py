"""Time in a story: the server's clock is moved, and the simulated reviewers sleep by the same clock."""

import asyncio
from datetime import timedelta

from google.protobuf.duration_pb2 import Duration
from temporalio.api.testservice.v1 import SleepRequest
from temporalio.testing import WorkflowEnvironment

STUCK_AFTER = timedelta(seconds=20)
"""Real time in which a day of a story must be over."""
LONGEST_STEP = 86400.0
"""Seconds skipped at once: in a month without Telnyx thousands of calls are tried again, and each takes its time."""


class Clock:
    """Skipped time. It goes on by itself only as fast as ours, and jumps only where a story says so."""

    def __init__(self, server: WorkflowEnvironment) -> None:
        self._server = server
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
        """Let time pass; what a sleeper does when it wakes is noticed by the requests before the rest passes."""
        until = self.elapsed + seconds
        while self.elapsed < until:
            self._sleepers = [pair for pair in self._sleepers if not pair[1].done()]
            due = min((due for due, _ in self._sleepers), default=until)
            step = min(max(min(due, until) - self.elapsed, 0.0), LONGEST_STEP)
            if step:
                await self._skip(step)
            self.elapsed += step
            await self._wake()

    async def _skip(self, seconds: float) -> None:
        """As the server's own `sleep`, but for a limit: with work that never ends it would never come back."""
        request = SleepRequest(duration=Duration(seconds=int(seconds), nanos=int(seconds % 1 * 1e9)))
        await self._server.client.test_service.unlock_time_skipping_with_sleep(request, timeout=STUCK_AFTER)

    async def _wake(self) -> None:
        for due, waking in self._sleepers:
            if due <= self.elapsed and not waking.done():
                waking.set_result(None)
        for _ in range(5):  # whoever woke runs until it sleeps again
            await asyncio.sleep(0)
