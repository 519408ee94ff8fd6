"""A web application behind its real server, and peers that speak to it byte by byte over real sockets."""

import asyncio
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from runtime.web_connections import ConnectionLimits
from runtime.web_server import build_server, listen
from tests import limits


@asynccontextmanager
async def served(app: Any, connection_limits: ConnectionLimits) -> AsyncIterator[int]:
    """The port at which a web application is served."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    listener = listen("webhooks_address", "127.0.0.1:0")
    server = build_server(app, connection_limits, timeout_graceful_shutdown=5)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await serving
        for number, handler in handlers.items():
            signal.signal(number, handler)


class Peer:
    """One connection to the server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def connect(cls, port: int, sent: bytes = b"") -> "Peer":
        """Open a connection and send the first bytes."""
        peer = cls(*await asyncio.open_connection("127.0.0.1", port))
        await peer.send(sent)
        return peer

    async def send(self, raw: bytes) -> bool:
        """Whether it could be sent."""
        try:
            self._writer.write(raw)
            await self._writer.drain()
        except ConnectionError:
            return False
        return not self._writer.is_closing()

    async def read_to_end(self) -> bytes:
        """All that the server says until it closes."""
        heard = bytearray()
        async with asyncio.timeout(limits.WAIT):
            try:
                while part := await self._reader.read(65_536):
                    heard += part
            except ConnectionError:  # the server closed without reading all that was sent
                pass
        self.close()
        return bytes(heard)

    async def read_status(self) -> int:
        """The status of the next response, whose body must be empty or short."""
        async with asyncio.timeout(limits.WAIT):
            head = await self._reader.readuntil(b"\r\n\r\n")
        return int(head.split()[1])

    def close(self) -> None:
        self._writer.close()


async def ask(port: int, raw: bytes) -> list[int]:
    """The statuses that the server answers to raw bytes until it closes, and nothing but statuses."""
    peer = await Peer.connect(port, raw)
    return statuses(await peer.read_to_end())


def statuses(heard: bytes) -> list[int]:
    """The statuses of all responses in what was heard."""
    return [int(status) for status in re.findall(rb"HTTP/1\.1 ([0-9]{3}) ", heard)]
