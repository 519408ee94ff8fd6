"""Silent, slow and malformed connections at the doors of webhooks and console, over real sockets."""

import asyncio
import logging
import resource
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio
from pydantic import SecretStr
from structlog.testing import capture_logs

import console
import webhooks
from domain import delays
from inbound.receiver import Receiver
from inbound.webhook import MAX_BODY_BYTES
from runtime import descriptors
from runtime.http_heads import MAX_HEAD_BYTES, MAX_HEADERS, refuse_head
from runtime.settings import Settings
from runtime.web_connections import ConnectionEnd, ConnectionLimits
from tests.inbound.webhook_sender import PUBLIC, URL, RecordedRequests, event, signed
from tests.web_peers import Peer, ask, served, statuses

FEW = ConnectionLimits(connections=12)
"""Few places and the usual times: nothing but the crowd closes a connection."""
QUICK = ConnectionLimits(20, head_seconds=0.05, request_seconds=0.2, idle_seconds=0.1, close_seconds=0.05)
SETTINGS = Settings(plaintext=True, fingerprint_key=SecretStr("x"))
HOST = b"Host: 127.0.0.1\r\n"


def webhook(event_id: str = "e-1", more: bytes = b"Connection: close\r\n") -> bytes:
    """A valid webhook as raw bytes."""
    body = event(event_id)
    lines = "".join(f"{name}: {value}\r\n" for name, value in signed(body).items()).encode()
    return b"POST %s HTTP/1.1\r\n%s%s%sContent-Length: %d\r\n\r\n%s" % (
        URL.encode(), HOST, lines, more, len(body), body,
    )  # fmt: skip


def door() -> tuple[Any, RecordedRequests]:
    """The application for webhooks, and the requests behind it."""
    requests = RecordedRequests("hosting-a")
    return webhooks.create_app(Receiver({"default": PUBLIC}, requests)), requests


POST = b"POST /telnyx/default HTTP/1.1\r\n" + HOST
HALVES: dict[str, bytes] = {
    "nothing": b"",
    "half a head": POST + b"X-Slow: 1",
    "half a body": POST + b"Content-Length: 1000\r\n\r\nhalf",
    "half a chunk": POST + b"Transfer-Encoding: chunked\r\n\r\n3e8\r\nhalf",
    "a chunk extension without end": POST + b"Transfer-Encoding: chunked\r\n\r\n1;a=",
    "no body after 100-continue": POST + b"Content-Length: 1000\r\nExpect: 100-continue\r\n\r\n",
    "idle after a request": b"GET /none HTTP/1.1\r\n" + HOST + b"\r\n",
}


@pytest.mark.parametrize("half", HALVES.values(), ids=list(HALVES))
async def test_silent_connections_leave_room_for_a_webhook(half: bytes) -> None:
    app, _ = door()
    async with served(app, FEW) as port:
        silent = [await Peer.connect(port, half) for _ in range(4 * FEW.connections)]
        for number in range(3 * FEW.connections):  # each leaves a connection that idles, too
            peer = await Peer.connect(port, webhook(f"e-{number}", more=b""))
            assert await peer.read_status() == 200
            silent.append(peer)
        for peer in silent:
            peer.close()


async def test_every_slow_connection_is_ended(subtests: pytest.Subtests) -> None:
    app, _ = door()
    expected = {"half a head": [408], "nothing": [], "idle after a request": [404]}
    with capture_logs() as logs:
        async with served(app, QUICK) as port:
            for name, half in HALVES.items():
                with subtests.test(name):
                    heard = statuses(await (await Peer.connect(port, half)).read_to_end())
                    assert [status for status in heard if status != 100] == expected.get(name, [408])
    assert not [line for line in logs if line.get("exc_info")]


async def test_a_byte_now_and_then_does_not_lengthen_the_wait(subtests: pytest.Subtests) -> None:
    app, _ = door()
    begins = {
        "head": (POST, b"x"),
        "body": (POST + b"Content-Length: 100000\r\n\r\n", b"x"),
        "chunks": (POST + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        "the body of a refused request": (b"POST /none HTTP/1.1\r\n" + HOST + b"Content-Length: 100000\r\n\r\n", b"x"),
        "a second head": (b"GET /none HTTP/1.1\r\n" + HOST + b"\r\n", b"G"),
    }
    async with served(app, QUICK) as port:
        for name, (begin, drip) in begins.items():
            with subtests.test(name):
                peer = await Peer.connect(port, begin)
                ended = asyncio.create_task(peer.read_to_end())
                while not ended.done():
                    await peer.send(drip)
                    await asyncio.sleep(QUICK.head_seconds / 10)
                assert set(statuses(await ended)) <= {404, 408}


async def test_a_response_that_nobody_reads_is_dropped() -> None:
    done = asyncio.Event()

    async def huge(scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG001 - the signature of an application
        await send({"type": "http.response.start", "status": 200, "headers": []})
        try:
            for _ in range(64):
                await send({"type": "http.response.body", "body": bytes(1024 * 1024), "more_body": True})
        finally:
            done.set()

    async with served(huge, QUICK) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        writer.write(b"GET / HTTP/1.1\r\n" + HOST + b"\r\n")
        await asyncio.wait_for(done.wait(), 600)
        assert reader.at_eof() is False
        writer.close()


MALFORMED: dict[str, tuple[bytes, int]] = {
    "two framings": (POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "two framings, the other way": (POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400),
    "two lengths": (POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!", 400),
    "one length twice": (POST + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 400),
    "a list of lengths": (POST + b"Content-Length: 5, 5\r\n\r\nhello", 400),
    "a signed length": (POST + b"Content-Length: +5\r\n\r\nhello", 400),
    "an empty length": (POST + b"Content-Length:\r\n\r\n", 400),
    "a huge length": (POST + b"Content-Length: 99999999999999999999\r\n\r\n", 400),
    "a space before the colon": (POST + b"Content-Length : 5\r\n\r\nhello", 400),
    "an unknown coding": (POST + b"Transfer-Encoding: gzip\r\n\r\n", 501),
    "two codings": (POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n", 501),
    "chunked twice": (POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "chunks in HTTP/1.0": (POST.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "a chunk size that is none": (POST + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n", 400),
    "a negative chunk": (POST + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n", 400),
    "a huge chunk size": (POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 40 + b"\r\n", 400),
    "a chunk without its end": (POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello!!\r\n", 400),
    "a huge chunk extension": (POST + b"Transfer-Encoding: chunked\r\n\r\n1;" + b"a" * 70_000, 431),
    "a folded line": (POST + b"X-Folded: a\r\n b\r\n\r\n", 400),
    "a bare line feed": (POST + b"X: a\nContent-Length: 5\r\n\r\n", 400),
    "only line feeds": (b"GET / HTTP/1.1\nHost: a\n\n", 400),
    "a bare carriage return": (POST + b"X: a\rContent-Length: 5\r\n\r\n", 400),
    "a carriage return too many": (POST + b"X: a\r\r\n\r\n", 400),
    "a zero byte": (POST + b"X: a\0b\r\n\r\n", 400),
    "no host": (b"GET / HTTP/1.1\r\n\r\n", 400),
    "two hosts": (b"GET / HTTP/1.1\r\n" + HOST + HOST + b"\r\n", 400),
    "another address in the request line": (b"GET http://evil.example/ HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "a tunnel": (b"CONNECT evil.example:443 HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "no path": (b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "two spaces": (b"GET  / HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "HTTP/2 at once": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    "HTTP/0.9": (b"GET /\r\n\r\n", 400),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500), 400),
    "a huge head at once": (POST + b"X: " + b"a" * 60_000 + b"\r\n\r\n", 431),
    "a huge head without end": (POST + b"X: " + b"a" * 60_000, 431),
    "a huge path": (b"GET /" + b"a" * MAX_HEAD_BYTES + b" HTTP/1.1\r\n" + HOST + b"\r\n", 431),
    "many headers": (POST + b"X: a\r\n" * (MAX_HEADERS + 1) + b"\r\n", 431),
}
"""What is refused before any of it is a request, and the status."""


@pytest.fixture(params=["webhooks", "console"])
def app(request: pytest.FixtureRequest) -> Any:
    """Each of the two public applications."""
    return door()[0] if request.param == "webhooks" else console.create_app(SETTINGS)


@pytest_asyncio.fixture
async def port(app: Any) -> AsyncIterator[int]:
    async with served(app, FEW) as opened:
        yield opened


async def test_malformed_requests_are_refused_once_and_end_the_connection(
    port: int, subtests: pytest.Subtests, caplog: pytest.LogCaptureFixture
) -> None:
    smuggled = b"GET /smuggled HTTP/1.1\r\n" + HOST + b"\r\n"
    with capture_logs() as logs, caplog.at_level(logging.ERROR):
        for name, (raw, status) in MALFORMED.items():
            with subtests.test(name):
                assert await ask(port, raw if raw.endswith(b"aaa") else raw + smuggled) == [status]
    assert not [line for line in logs if "smuggled" in str(line)]
    assert not caplog.records


async def test_a_second_request_in_the_same_bytes_is_checked_as_well(port: int) -> None:
    good = b"GET /none HTTP/1.1\r\n" + HOST + b"\r\n"
    for raw, status in (MALFORMED["two framings"], MALFORMED["a folded line"], MALFORMED["many headers"]):
        assert await ask(port, good + good + raw) == [404, 404, status]


async def test_unusual_but_correct_requests_are_served(port: int, subtests: pytest.Subtests) -> None:
    get, close = b"GET /none HTTP/1.1\r\n" + HOST, b"Connection: close\r\n\r\n"
    served_requests: dict[str, tuple[bytes, list[int]]] = {
        "HTTP/1.0": (b"GET /none HTTP/1.0\r\n" + HOST + b"\r\n", [404]),
        "ten at once": (10 * (get + b"\r\n") + get + close, 11 * [404]),
        "an upgrade that is not taken up": (get + b"Upgrade: websocket\r\nConnection: upgrade, close\r\n\r\n", [404]),
        "a chunk with an extension": (
            b"POST /none HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
            b"5;name=value\r\nhello\r\n0\r\nTrailer: yes\r\n\r\n", [404],
        ),
    }  # fmt: skip
    for name, (raw, expected) in served_requests.items():
        with subtests.test(name):
            assert await ask(port, raw) == expected


async def test_bodies_without_end_are_refused_and_end_the_connection() -> None:
    app, requests = door()
    async with served(app, FEW) as port:
        peer = await Peer.connect(port, POST + b"Transfer-Encoding: chunked\r\n\r\n")
        ended = asyncio.create_task(peer.read_to_end())
        sent = 0
        while not ended.done() and await peer.send(b"1000\r\n" + bytes(4096) + b"\r\n"):
            sent += 4096
            await asyncio.sleep(0)
        assert statuses(await ended) == [413]
    assert sent > MAX_BODY_BYTES
    assert not requests.hints


async def test_a_webhook_is_answered_when_it_comes_byte_by_byte_or_says_expect() -> None:
    app, requests = door()
    async with served(app, FEW) as port:
        assert await ask(port, webhook("e-1", b"Connection: close\r\nExpect: 100-continue\r\n")) == [100, 200]
        peer = await Peer.connect(port)
        for byte in webhook("e-2"):
            await peer.send(bytes([byte]))
        assert statuses(await peer.read_to_end()) == [200]
    assert requests.events == ["e-1"]  # the second one waits for the pause of its request


async def test_requests_in_work_are_never_crowded_out() -> None:
    app, requests = door()
    requests.hangs = True
    async with served(app, FEW) as port:
        at_work = [await Peer.connect(port, webhook(f"e-{number}")) for number in range(FEW.connections)]
        while requests.searches < FEW.connections:  # noqa: ASYNC110 - a plain number has no event to wait for
            await asyncio.sleep(0.005)
        silent = [await Peer.connect(port, POST) for _ in range(FEW.connections)]
        assert await ask(port, webhook("e-more")) == [503]
        requests.hangs = False
        assert [statuses(await peer.read_to_end()) for peer in at_work] == FEW.connections * [[200]]
        assert await ask(port, webhook("e-later")) == [200]
        for peer in silent:
            peer.close()


async def test_what_was_refused_is_counted_and_logged_in_one_line() -> None:
    app, _ = door()
    with capture_logs() as logs:
        async with served(app, replace(FEW, connections=3)) as port:
            for _ in range(30):
                assert await ask(port, b"nonsense\r\n\r\n") == [400]
            peers = [await Peer.connect(port, POST) for _ in range(6)]
            assert await ask(port, webhook()) == [200]
            for peer in peers:
                peer.close()
        async with served(app, QUICK) as port:
            assert await ask(port, POST) == [408]
    counts = [{end: line[end] for end in ConnectionEnd} for line in logs if line["event"] == "connections_counted"]
    assert counts == [
        {"malformed": 30, "slow": 0, "crowded_out": 4, "too_many": 0},
        {"malformed": 0, "slow": 1, "crowded_out": 0, "too_many": 0},
    ]


def test_the_limits_fit_each_other(subtests: pytest.Subtests) -> None:
    for name, limits in {"webhooks": webhooks.LIMITS, "console": console.LIMITS}.items():
        with subtests.test(name):
            assert limits.head_seconds < limits.request_seconds < limits.idle_seconds
            assert limits.idle_seconds > 60  # of the usual proxies
    assert webhooks.LIMITS.request_seconds > delays.WEBHOOK_RESPONSE
    assert webhooks.LIMITS.connections * MAX_BODY_BYTES <= 128 * 1024 * 1024


@pytest.mark.parametrize(
    ("soft", "hard", "expected"), [(1024, 4096, (500, None)), (256, 4096, (500, 600)), (256, 256, (156, 256))]
)
def test_connections_fit_into_the_open_files(
    soft: int, hard: int, expected: tuple[int, int | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    raised: list[int] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda _, both: raised.append(both[0]))
    assert (descriptors.affordable_connections(500), raised[-1] if raised else None) == expected


def test_a_head_is_checked_from_any_part_of_it() -> None:
    whole = POST + b"Content-Length: 5\r\n\r\n"
    assert not any(refuse_head(whole[:end]) for end in range(len(whole) + 1))
