"""What strangers may send that is small and becomes large. `python -m tests.runtime.memory_attacks NAME` plays one.

It prints by how many MiB the memory of the process grew at its peak.
"""

import asyncio
import base64
import gzip
import sys
import zlib
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from google.protobuf import json_format
from pydantic import SecretStr
from temporalio.api.common.v1 import Payload, Payloads

import console
from runtime.codec import KEY_ID, EncryptionCodec, KeyRing
from runtime.compression import _DICTIONARY_1, _MARK_1, MAX_UNPACKED
from runtime.settings import Settings
from telnyx_api.client import TelnyxClient
from telnyx_api.errors import OutcomeUnknown
from tests.memory_peak import peak

RING = f"one:{base64.b64encode(b'k' * 32).decode()}"
SMALL = b'{"payloads": []}'


def _packed(part: bytes, times: int, begin: bytes = b"", end: bytes = b"", **how: Any) -> bytes:
    """A packed text that repeats a part, made without ever holding the whole text."""
    packer = zlib.compressobj(**({"wbits": 16 + zlib.MAX_WBITS} | how))
    packed = [packer.compress(begin), *(packer.compress(part) for _ in range(times)), packer.compress(end)]
    return b"".join(packed) + packer.flush()


async def _decode(*bodies: bytes, statuses: tuple[int, ...]) -> int:
    """Send bodies to the codec endpoint at the same time, and measure what they cost above an empty one."""
    app = console.create_app(Settings(keys=SecretStr(RING)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1:8081") as browser:
        await browser.post("/decode", content=SMALL)
        before = peak()
        responses = await asyncio.gather(*[browser.post("/decode", content=body) for body in bodies])
        assert {response.status_code for response in responses} <= set(statuses), responses
        return peak() - before


async def empty_payloads() -> int:
    return await _decode(b'{"payloads":[' + b"{}," * 800_000 + b"{}]}", statuses=(413,))


async def nested_lists() -> int:
    return await _decode(b"[" * 30_000, b'{"a":' * 10_000, b"[" * 2_000_000, statuses=(400, 413))


async def many_requests() -> int:
    payload = Payload(metadata={"encoding": b"json/plain"}, data=bytes(2_000_000))
    body = json_format.MessageToJson(Payloads(payloads=[payload, payload])).encode()
    return await _decode(*[body] * 24, statuses=(200,))


async def packed_zeros() -> int:
    codec = EncryptionCodec(KeyRing.parse(RING))
    [zeros] = await codec.encode([Payload(data=bytes(MAX_UNPACKED - 1_000))])
    assert zeros.ByteSize() < MAX_UNPACKED / 100
    return await _decode(json_format.MessageToJson(Payloads(payloads=[zeros] * 500)).encode(), statuses=(413,))


async def packed_bomb() -> int:
    """What our own `pack` never makes: a payload that unpacks to 400 MB, sealed with the right key."""
    bomb = _MARK_1 + _packed(bytes(1_000_000), 400, wbits=-zlib.MAX_WBITS, zdict=_DICTIONARY_1)
    sealed = Payload(metadata={"encoding": b"binary/encrypted", KEY_ID: b"one"}, data=KeyRing.parse(RING).encrypt(bomb))
    return await _decode(json_format.MessageToJson(Payloads(payloads=[sealed])).encode(), statuses=(400, 413))


async def _read_from_telnyx(body: bytes, encoding: str) -> int:
    """Have a Telnyx that is not Telnyx answer with a body, and measure what reading it costs."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v2"
        async with TelnyxClient("KEY", url, read_timeout=60) as client:
            before = peak()
            try:
                await client.list_orders()
            except OutcomeUnknown:
                return peak() - before
    raise AssertionError("it was taken")


async def gzip_zeros() -> int:
    return await _read_from_telnyx(_packed(bytes(100_000), 3_000), "gzip")


async def gzip_twice() -> int:
    return await _read_from_telnyx(gzip.compress(_packed(bytes(100_000), 3_000)), "gzip, gzip")


async def gzip_empty_lists() -> int:
    return await _read_from_telnyx(_packed(b"[]," * 10_000, 1_000, b"[", b"[]]"), "gzip")


async def gzip_empty_orders() -> int:
    rows = b'{"id":"x"},' * 1_000
    return await _read_from_telnyx(_packed(rows, 290, b'{"data":[', b"7]}"), "gzip")


ATTACKS: dict[str, tuple[Callable[[], Awaitable[int]], int]] = {
    "empty payloads": (empty_payloads, 40),
    "nested lists": (nested_lists, 40),
    "many requests": (many_requests, 300),
    "packed zeros": (packed_zeros, 100),
    "a packed bomb": (packed_bomb, 60),
    "gzip of zeros": (gzip_zeros, 120),
    "gzip of gzip": (gzip_twice, 60),
    "gzip of empty lists": (gzip_empty_lists, 120),
    "gzip of empty orders": (gzip_empty_orders, 300),
}
"""Each attack, and how many MiB it may cost."""

if __name__ == "__main__":
    sys.stdout.write(f"{asyncio.run(ATTACKS[sys.argv[1]][0]())}\n")  # type: ignore[arg-type]  # all are coroutines
