"""The receiver of notifications: a web server that keeps what it is sent and answers as a test wants."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web
from standardwebhooks import Webhook

from tests import limits

SECRET = "whsec_" + "c2VjcmV0" * 4


@dataclass
class Post:
    """One request that arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def proven(self, secret: str = SECRET) -> Any:
        """Its content, verified by the library that receivers use. Raises when the signature is wrong."""
        return Webhook(secret).verify(self.body, self.headers)


class Receiver:
    """Keeps all posts. It answers with the planned statuses first, and then with 200."""

    def __init__(self, statuses: Iterable[int]) -> None:
        self.posts: list[Post] = []
        self.address = ""
        self._statuses = iter(statuses)
        self._arrived = asyncio.Condition()

    async def take(self, request: web.Request) -> web.Response:
        async with self._arrived:
            self.posts.append(Post(request.path, dict(request.headers), await request.read()))
            self._arrived.notify_all()
        return web.Response(status=next(self._statuses, 200))

    async def until(self, good: Callable[[list[Post]], object], within: float = limits.WAIT) -> list[Post]:
        """Wait until what arrived is good."""
        async with asyncio.timeout(within), self._arrived:
            await self._arrived.wait_for(lambda: good(self.posts))
        return self.posts

    async def until_notified(self, event: str) -> Post:
        """Wait until an event arrived over a webhook."""
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
    """A file with these tables of channels and webhooks."""
    path = folder / "channels.toml"
    path.write_text("\n".join(tables))
    return path


def webhook(receiver: Receiver, more: str = "") -> str:
    """The table of an outbound webhook."""
    return f'[[webhooks]]\nurl = "http://{receiver.address}/hook"\nsecret = "{SECRET}"\n{more}'


def channel(receiver: Receiver, path: str, more: str = "") -> str:
    """The table of a channel to which apprise posts JSON."""
    return f'[[channels]]\nurl = "json://{receiver.address}/{path}"\n{more}'
