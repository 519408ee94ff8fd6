"""Somebody who is told: a web server that keeps what it is sent and answers as the story wants."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web
from standardwebhooks import Webhook

SECRET = "whsec_" + "c2VjcmV0" * 4


@dataclass
class Post:
    """One thing that came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def proven(self, secret: str = SECRET) -> Any:
        """What it says, proven by the library that receivers use; raises when it is not signed as it should be."""
        return Webhook(secret).verify(self.body, self.headers)


class Receiver:
    """Keeps all posts; answers 200, or first the statuses that were planned."""

    def __init__(self, statuses: Iterable[int]) -> None:
        self.posts: list[Post] = []
        self.address = ""
        self._statuses = iter(statuses)
        self._came = asyncio.Condition()

    async def take(self, request: web.Request) -> web.Response:
        async with self._came:
            self.posts.append(Post(request.path, dict(request.headers), await request.read()))
            self._came.notify_all()
        return web.Response(status=next(self._statuses, 200))

    async def until(self, good: Callable[[list[Post]], object], within: float = 20.0) -> list[Post]:
        """Wait until what came in is good."""
        async with asyncio.timeout(within), self._came:
            await self._came.wait_for(lambda: good(self.posts))
        return self.posts

    async def until_told(self, event: str) -> Post:
        """Wait until an event came in over a webhook."""
        posts = await self.until(lambda posts: [post for post in posts if post.json.get("type") == event])
        return next(post for post in posts if post.json.get("type") == event)


@asynccontextmanager
async def receiving(*statuses: int) -> AsyncIterator[Receiver]:
    """A receiver on a port of its own."""
    receiver = Receiver(statuses)
    app = web.Application()
    app.router.add_post("/{path:.*}", receiver.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.address = f"127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield receiver
    finally:
        await runner.cleanup()


def channels_file(folder: Path, *tables: str) -> Path:
    """A file of channels and webhooks."""
    path = folder / "channels.toml"
    path.write_text("\n".join(tables))
    return path


def webhook(receiver: Receiver, more: str = "") -> str:
    """The table of an outbound webhook."""
    return f'[[webhooks]]\nurl = "http://{receiver.address}/hook"\nsecret = "{SECRET}"\n{more}'


def channel(receiver: Receiver, path: str, more: str = "") -> str:
    """The table of a channel: apprise posts JSON there."""
    return f'[[channels]]\nurl = "json://{receiver.address}/{path}"\n{more}'
