"""Any bytes on a connection: nothing is raised, nothing hangs, and a proxy in front sees the same requests."""

import asyncio
from typing import Any

import h11
from hypothesis import given
from hypothesis import strategies as st

from runtime.http_heads import refuse_head
from runtime.web_connections import ConnectionLimits
from tests.fuzz.oddities import drawn
from tests.web_peers import Peer, served, statuses

LIMITS = ConnectionLimits(1000, head_seconds=0.05, request_seconds=0.5, idle_seconds=0.05, close_seconds=0.05)
PIECES = st.sampled_from(
    [b"GET / HTTP/1.1\r\n", b"POST /x HTTP/1.1\r\n", b"POST /x HTTP/1.0\r\n", b"Host: a\r\n", b"Content-Length: 5\r\n",
     b"Content-Length: 0\r\n", b"Transfer-Encoding: chunked\r\n", b"Transfer-Encoding:\r\n chunked\r\n", b"\r\n",
     b"hello", b"5\r\nhello\r\n", b"0\r\n\r\n", b"5;x=y\r\n", b"Connection: close\r\n", b"Upgrade: websocket\r\n",
     b"Connection: upgrade\r\n", b"Expect: 100-continue\r\n", b"\n", b"\r", b" ", b"\0", b"\xff",
     b"X: " + b"a" * 20_000]
)  # fmt: skip
BYTES = st.lists(PIECES | st.binary(max_size=8), max_size=12).map(b"".join)


async def shrug(scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG001 - the signature of an application
    await send({"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


async def test_any_bytes_are_answered_or_the_connection_is_closed() -> None:
    raised: list[object] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: raised.append(context))
    try:
        async with served(shrug, LIMITS) as port:
            await asyncio.gather(*[exchange(port, raw) for raw in examples()])
    finally:
        loop.set_exception_handler(None)
    assert not raised


def examples() -> list[bytes]:
    """Drawn once, since the server is started once for all."""
    found: list[bytes] = []

    @drawn(150)
    @given(raw=BYTES)
    def draw(raw: bytes) -> None:
        found.append(raw)

    draw()
    return found


async def exchange(port: int, raw: bytes) -> None:
    peer = await Peer.connect(port, raw)
    assert set(statuses(await peer.read_to_end())) <= {100, 400, 404, 408, 431, 501, 505}


@drawn(400)
@given(raw=BYTES)
def test_a_head_that_is_accepted_has_one_end_for_every_parser(raw: bytes) -> None:
    head, end, _ = raw.partition(b"\r\n\r\n")
    if not end or refuse_head(raw) is not None:
        return
    lines = head.split(b"\r\n")
    assert not [line for line in lines if line[:1] in {b" ", b"\t"} or b"\n" in line or b"\r" in line]
    parsed = h11.Connection(h11.SERVER)
    parsed.receive_data(raw)
    try:
        event = parsed.next_event()
    except h11.RemoteProtocolError:
        return
    assert isinstance(event, h11.Request)
    names = [name for name, _ in event.headers]
    assert names.count(b"content-length") + names.count(b"transfer-encoding") <= 1
