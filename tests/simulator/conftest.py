"""A simulator on a free port with a short review, a client of it, and a receiver of its webhooks."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from simulator.app import run_simulator
from simulator.settings import Settings
from tests import limits
from tests.simulator.driver import PROFILE, Driver, client_of


@pytest.fixture
async def address() -> AsyncIterator[str]:
    async with run_simulator(Settings(review_seconds=0.06)) as base:
        yield base


@pytest.fixture
async def driver(address: str) -> AsyncIterator[Driver]:
    async with client_of(address) as client:
        yield Driver(client)


@dataclass
class Receiver:
    """A webhook endpoint that keeps what came, and answers with the given statuses."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    came: asyncio.Queue[tuple[dict[str, str], bytes]] = field(default_factory=asyncio.Queue)

    async def take(self, request: web.Request) -> web.Response:
        await self.came.put((dict(request.headers), await request.read()))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

    async def next(self) -> tuple[dict[str, str], bytes]:
        """Wait for the next webhook."""
        async with asyncio.timeout(limits.WAIT):
            return await self.came.get()


@pytest.fixture
async def receiver(driver: Driver) -> AsyncIterator[Receiver]:
    """A receiver of the webhooks of the usual profile."""
    kept = Receiver()
    app = web.Application()
    app.router.add_post("/hook", kept.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    kept.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    await driver.control(f"profiles/{PROFILE}", {"webhook_url": kept.url})
    yield kept
    await runner.cleanup()
