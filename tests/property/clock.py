"""Time in a story: the server's clock is moved, and the simulated reviewers sleep by the same clock."""

import asyncio
import time
from datetime import timedelta
from typing import Any

from google.protobuf.duration_pb2 import Duration
from temporalio.api.testservice.v1 import SleepRequest
from temporalio.testing import WorkflowEnvironment

from tests.property.open_work import OpenWork

LOOK_EVERY = 1.0
"""Real seconds between two looks at a clock that has not arrived where it should."""
STUCK_LOOKS = 20
"""Looks in a row that saw the clock stand still while something was under way. By then that never ends."""
IDLE_LOOKS = 3
"""Looks in a row that saw the clock stand still for nothing. One alone may fall between two pieces of work."""
SKIPS = 2.0
"""How much faster than ours a clock is that skips. One that is held moves as fast as ours."""
_NO_LIMIT = timedelta(hours=1)
"""A month without Telnyx is thousands of calls, and each takes its time, so a long skip proves nothing."""


class ServerStuck(Exception):  # noqa: N818 - named for what happened
    """The test server does not advance its clock any more, or lost an activity. That says nothing about the rules."""


class Clock:
    """Skipped time. It moves only as fast as ours by itself, and jumps only where a story says so."""

    def __init__(self, server: WorkflowEnvironment, work: OpenWork, *, look_every: float = LOOK_EVERY) -> None:
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
        """Sleep by this clock. The reviewers and owners of the simulator do."""
        waking: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.elapsed + seconds, waking))
        await waking

    async def advance(self, seconds: float) -> None:
        """Let time pass. What a sleeper does when it wakes is noticed by the requests before the rest passes.

        Raises:
            TimeoutError: something is under way that never ends.
            ServerStuck: the clock stands still although nothing is under way.
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
        """Like the server's own `sleep`, which never returns when the clock is held for ever."""
        request = SleepRequest(duration=Duration(seconds=int(seconds), nanos=int(seconds % 1 * 1e9)))
        skipping = asyncio.ensure_future(
            self._server.client.test_service.unlock_time_skipping_with_sleep(request, timeout=_NO_LIMIT)
        )
        try:
            await self._watch_skip(skipping)
        finally:
            skipping.cancel()

    async def _watch_skip(self, skipping: "asyncio.Future[Any]") -> None:
        stood = idle = 0
        while not skipping.done():
            if not await self._stands_still(skipping):
                stood = idle = 0
                continue
            under_way = await self._work.under_way()
            stood, idle = stood + 1, 0 if under_way else idle + 1
            if idle >= IDLE_LOOKS:
                raise ServerStuck
            if stood >= STUCK_LOOKS:
                raise TimeoutError(f"the clock stands still; under way: {under_way}")
        skipping.result()

    async def _stands_still(self, skipping: "asyncio.Future[Any]") -> bool:
        """Look for a moment, and return whether the clock moved no faster than ours although it should skip."""
        server, ours = await self.now(), time.monotonic()
        await asyncio.wait({skipping}, timeout=self._look_every)
        return not skipping.done() and await self.now() - server < SKIPS * (time.monotonic() - ours)

    async def _wake(self) -> None:
        for due, waking in self._sleepers:
            if due <= self.elapsed and not waking.done():
                waking.set_result(None)
        for _ in range(5):  # a sleeper that woke runs until it sleeps again
            await asyncio.sleep(0)
