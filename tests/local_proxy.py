"""A real HTTP proxy on this machine: it takes CONNECT and absolute URLs, and sends everything to one server.

So a name that exists nowhere, such as `telnyx.example`, can be called through it and in no other way.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class LocalProxy:
    """Every host and port that a client asked for, in their order."""

    port: int
    asked: list[str] = field(default_factory=list)
    credentials: list[str] = field(default_factory=list)
    """The header `proxy-authorization` of each request that had one."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@asynccontextmanager
async def local_proxy(server_port: int, *, refusal: str = "") -> AsyncIterator[LocalProxy]:
    """A running proxy. It answers every request with the server at this port of this machine.

    A proxy with a `refusal`, such as `407 Proxy Authentication Required`, gives everyone that and a page in HTML.
    """

    async def serve(client: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        with suppress(OSError, EOFError):
            await _serve(client, answer)
        answer.close()

    async def _serve(client: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        head = await client.readuntil(b"\r\n\r\n")
        first, _, rest = head.partition(b"\r\n")
        method, target, version = first.decode().split(" ")
        proxy.credentials += [
            line.partition(":")[2].strip()
            for line in rest.decode().splitlines()
            if line.lower().startswith("proxy-authorization:")
        ]
        if refusal:
            proxy.asked.append(target)
            page = "<html>Ask your administrator.</html>"
            answer.write(f"HTTP/1.1 {refusal}\r\ncontent-length: {len(page)}\r\n\r\n{page}".encode())
            return
        from_server, to_server = await asyncio.open_connection("127.0.0.1", server_port)
        if method == "CONNECT":
            proxy.asked.append(target)
            answer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            url = urlsplit(target)
            proxy.asked.append(f"{url.hostname}:{url.port or 80}")
            path = f"{url.path or '/'}{'?' + url.query if url.query else ''}"
            to_server.write(f"{method} {path} {version}\r\n".encode() + rest)
        await asyncio.gather(_copy(client, to_server), _copy(from_server, answer))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    proxy = LocalProxy(server.sockets[0].getsockname()[1])
    try:
        yield proxy
    finally:
        server.close()


@asynccontextmanager
async def forwarder(port: int, server_port: int) -> AsyncIterator[None]:
    """Lets a server of this machine be reached at another port as well."""

    async def serve(client: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_connection("127.0.0.1", server_port)
        await asyncio.gather(_copy(client, to_server), _copy(from_server, answer))

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    try:
        yield
    finally:
        server.close()


async def _copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while chunk := await source.read(65536):
            sink.write(chunk)
            await sink.drain()
    with suppress(OSError):
        sink.close()
