"""Every failure on the wire is `OutcomeUnknown`. Each failure happens on a real socket, over the real transport."""

import asyncio
import datetime as dt
import gzip
import ssl
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from telnyx_api.client import TelnyxClient
from telnyx_api.errors import OutcomeUnknown, TelnyxError
from telnyx_api.files import Pdf
from telnyx_api.response_body import MAX_RESPONSE
from telnyx_api.transport import MAX_CONNECTIONS, _send, build_client, build_transport

Served = Callable[..., AbstractAsyncContextManager[Any]]

ORDER = b'{"data": {"id": "o-1", "status": "pending", "phone_numbers": []}}'
GOOD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(ORDER), ORDER)
PDF = Pdf("loa.pdf", b"%PDF-1.7" * 1000)


async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seen: Any) -> None:
    await seen.read_request(reader)
    writer.transport.abort()


def saying(answer: bytes) -> Callable[..., Awaitable[None]]:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seen: Any) -> None:
        await seen.read_request(reader)
        writer.write(answer)
        await writer.drain()

    return behave


async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter, seen: Any) -> None:
    await seen.read_request(reader)
    await seen.release.wait()


BREAKS = {
    "reset after sending": reset,
    "closed at once": saying(b""),
    "garbled status line": saying(b"HTTQ/1.1 two hundred\r\n\r\n"),
    "cut in the status line": saying(b"HTTP/1.1 2"),
    "cut in the headers": saying(b"HTTP/1.1 200 OK\r\nContent-Le"),
    "cut in the body": saying(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"),
    "bad chunk": saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n"),
    "not gzip": saying(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope"),
    "no response": silent,
    "cut off JSON": saying(b'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{"data"'),
    "HTML": saying(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>"),
    "empty": saying(b"HTTP/1.1 204 No Content\r\n\r\n"),
    "a redirect": saying(b"HTTP/1.1 302 Found\r\nLocation: https://elsewhere.test/\r\nContent-Length: 0\r\n\r\n"),
}

CALLS: dict[str, Callable[[TelnyxClient], Awaitable[object]]] = {
    "create": lambda client: client.create_order("profile", ["+12125550101"]),
    "request codes": lambda client: client.request_codes("o-1", ["+12125550101"], "sms"),
    "submit codes": lambda client: client.submit_codes("o-1", {"+12125550101": "12345"}),
    "upload": lambda client: client.upload_documents("o-1", loa=PDF, bill=PDF),
    "delete": lambda client: client.delete_order("o-1"),
    "get": lambda client: client.get_order("o-1"),
    "list": lambda client: client.all_orders(),
}


async def test_a_response_without_an_end_is_not_kept_in_memory(wire: Served) -> None:
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seen: Any) -> None:
        await seen.read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1000000000\r\n\r\n")
        writer.write(gzip.compress(b" " * (MAX_RESPONSE + 1)))
        await writer.drain()
        await reader.read()  # until the client hangs up

    async with wire(endless) as seen, TelnyxClient("KEY", seen.base_url, read_timeout=60) as client:
        with pytest.raises(OutcomeUnknown, match="ResponseTooLarge"):
            await client.get_order("o-1")


@pytest.mark.parametrize("broken", BREAKS)
async def test_without_a_usable_response_the_outcome_is_unknown(
    wire: Served, subtests: pytest.Subtests, broken: str
) -> None:
    for name, call in CALLS.items():
        with subtests.test(call=name):
            async with wire(BREAKS[broken]) as seen, TelnyxClient("KEY", seen.base_url, read_timeout=0.15) as client:
                with pytest.raises(OutcomeUnknown) as caught:
                    await call(client)
                assert len(seen.heads) == 1, "sent more than once"
                assert caught.value.__context__ is None, "the library's error, which holds the key, is in the chain"


async def test_a_refused_connection_is_an_unknown_outcome(wire: Served) -> None:
    async with wire(silent) as seen:
        gone = seen.base_url
    async with TelnyxClient("KEY", gone) as client:
        with pytest.raises(OutcomeUnknown) as caught:
            await client.create_order("profile", ["+12125550101"])
        assert caught.value.http_status is None


async def test_a_delete_is_sent_once_when_a_kept_connection_breaks(wire: Served) -> None:
    async def good_then_reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seen: Any) -> None:
        await saying(GOOD)(reader, writer, seen)
        await reset(reader, writer, seen)

    async with wire(good_then_reset) as seen, TelnyxClient("KEY", seen.base_url) as client:
        await client.get_order("o-1")
        with pytest.raises(OutcomeUnknown):
            await client.delete_order("o-1")
        assert [head.split()[0] for head in seen.heads] == [b"GET", b"DELETE"]


async def test_a_response_in_drips_is_limited_in_time(wire: Served) -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seen: Any) -> None:
        await seen.read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not seen.release.is_set():
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.01)

    async with wire(drip) as seen, build_client("KEY", seen.base_url, build_transport()) as client:
        request = client.build_request("GET", "/x", timeout=5.0)
        assert await _send(client, request, 0.2) == "TimeoutError"


async def test_cancelling_a_call_raises_no_telnyx_error(wire: Served) -> None:
    async with wire(silent) as seen, TelnyxClient("KEY", seen.base_url) as client:
        call = asyncio.create_task(client.get_order("o-1"))
        await seen.arrived.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call


async def test_connections_are_bounded_and_every_call_gets_one(wire: Served) -> None:
    async def wait_then_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seen: Any) -> None:
        while True:
            await seen.read_request(reader)
            if seen.open_now >= MAX_CONNECTIONS:
                seen.release.set()
            await seen.release.wait()
            writer.write(GOOD)
            await writer.drain()

    async with wire(wait_then_answer) as seen, TelnyxClient("KEY", seen.base_url) as client:
        orders = await asyncio.gather(*(client.get_order("o-1") for _ in range(3 * MAX_CONNECTIONS)))
        assert {order.id for order in orders} == {"o-1"}
        assert seen.open_most == MAX_CONNECTIONS


@pytest.mark.parametrize("broken", ["no response", "reset after sending", "cut in the body", "not gzip"])
async def test_broken_calls_free_their_connection(wire: Served, broken: str) -> None:
    """More calls break than there are connections. A good call still gets through at once."""

    async def break_most(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seen: Any) -> None:
        behave = BREAKS[broken] if len(seen.heads) < 2 * MAX_CONNECTIONS else saying(GOOD)
        await behave(reader, writer, seen)

    async with wire(break_most) as seen, TelnyxClient("KEY", seen.base_url, read_timeout=0.1) as client:
        calls = [client.get_order("o-1") for _ in range(2 * MAX_CONNECTIONS)]
        ended = await asyncio.gather(*calls, return_exceptions=True)
        assert {type(end) for end in ended} == {OutcomeUnknown}
        assert (await client.get_order("o-1")).id == "o-1"


async def test_a_server_with_an_unknown_certificate_gets_no_request(tmp_path: Path) -> None:
    heads: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readline())
        writer.write(GOOD)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=_self_signed(tmp_path))
    port = server.sockets[0].getsockname()[1]
    async with server, TelnyxClient("KEY", f"https://localhost:{port}/v2") as client:
        with pytest.raises(TelnyxError):
            await client.get_order("o-1")
    assert heads == []


def _self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + dt.timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context
