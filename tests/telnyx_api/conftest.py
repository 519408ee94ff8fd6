"""Two servers for the client: fixed HTTP responses without a network, and a raw socket that may break the rules."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field

import httpx
import pytest

from telnyx_api.client import TelnyxClient

BASE_URL = "https://telnyx.test/v2"
KEY = "KEY0123456789_secretsecret"

Wire = Callable[[asyncio.StreamReader, asyncio.StreamWriter, "Seen"], Awaitable[None]]


@dataclass
class Seen:
    """What a raw server saw: the first line of every request, and the most connections that were open at once."""

    port: int = 0
    heads: list[bytes] = field(default_factory=list)
    open_now: int = 0
    open_most: int = 0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    release: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v2"

    async def read_request(self, reader: asyncio.StreamReader) -> bytes:
        """Read one complete request, keep its first line, set `arrived`, and return its body."""
        head = await reader.readuntil(b"\r\n\r\n")
        length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line[:15] == b"content-length:"), 0)
        body = await reader.readexactly(length)
        self.heads.append(head.split(b"\r\n")[0])
        self.arrived.set()
        return body


@pytest.fixture
def answering() -> Callable[..., TelnyxClient]:
    """Makes a client whose every request gets the same response; `sent` collects the requests."""

    def make(
        status: int = 200,
        body: object = None,
        *,
        raw: bytes | None = None,
        headers: dict[str, str] | None = None,
        sent: list[httpx.Request] | None = None,
    ) -> TelnyxClient:
        def answer(request: httpx.Request) -> httpx.Response:
            if sent is not None:
                sent.append(request)
            return httpx.Response(status, content=json.dumps(body).encode() if raw is None else raw, headers=headers)

        return TelnyxClient(KEY, BASE_URL, transport=httpx.MockTransport(answer))

    return make


@pytest.fixture
def wire() -> Callable[[Wire], AbstractAsyncContextManager[Seen]]:
    """Opens a real socket that runs `behave` for every connection, until the block ends."""

    @asynccontextmanager
    async def serve(behave: Wire) -> AsyncIterator[Seen]:
        seen = Seen()

        async def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            seen.open_now += 1
            seen.open_most = max(seen.open_most, seen.open_now)
            try:
                await behave(reader, writer, seen)
            except (asyncio.IncompleteReadError, ConnectionError):
                pass  # the client went away, as it may
            finally:
                seen.open_now -= 1
                writer.close()

        server = await asyncio.start_server(connection, "127.0.0.1", 0)
        seen.port = server.sockets[0].getsockname()[1]
        try:
            yield seen
        finally:
            seen.release.set()
            server.close()
            await server.wait_closed()

    return serve
