"""Reads the body of a response in bounds: packed bytes, unpacked bytes, and values in its JSON.

A library that unpacks by itself makes 16 MB out of 16 KB before anyone can count, and more where one packing stands in
another. So only plain bodies and a single gzip are read, and gzip never unpacks more than what may still come.
"""

import zlib
from typing import cast

import httpx

MAX_RESPONSE = 32 * 2**20
"""Bytes of a response once it is unpacked. A page of 250 orders with 200 numbers each takes about 15 MB."""

MAX_VALUES = 600_000
"""Values in the JSON of a response, as its braces, brackets and commas tell. Such a page has about 260,000. Three bytes
of JSON take a hundred bytes of memory once they are parsed."""

ENCODINGS = "gzip"
"""What a request accepts (`Accept-Encoding`)."""

_GZIP = 16 + zlib.MAX_WBITS


class ResponseTooLarge(Exception):  # noqa: N818 - its name is shown as what was seen
    """A response that is longer than `MAX_RESPONSE`."""


class ResponseNotUnpackable(Exception):  # noqa: N818 - its name is shown as what was seen
    """A response that is packed in a way that no request accepts, or whose packing is broken."""


async def read_body(response: httpx.Response) -> bytes:
    """The whole unpacked body. What is left of a response that is refused is not read.

    Raises:
        ResponseTooLarge: the body is longer than any of Telnyx's.
        ResponseNotUnpackable: it cannot be unpacked.
    """
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in {"", "identity", "gzip"}:
        raise ResponseNotUnpackable
    unpacker = zlib.decompressobj(_GZIP) if encoding == "gzip" else None
    body = bytearray()
    # Not `aiter_raw`: a transport of tests may have read the response already.
    async for part in cast("httpx.AsyncByteStream", response.stream):
        body += part if unpacker is None else _unpack(unpacker, part, MAX_RESPONSE + 1 - len(body))
        if len(body) > MAX_RESPONSE:
            raise ResponseTooLarge
    if body and unpacker is not None and not unpacker.eof:
        raise ResponseNotUnpackable
    return bytes(body)


def count_values(body: bytes) -> int:
    """About how many values the JSON in a body has, counted before it is parsed."""
    return sum(map(body.count, (b"{", b"[", b",")))


def _unpack(unpacker: "zlib._Decompress", part: bytes, at_most: int) -> bytes:
    try:
        return unpacker.decompress(part, at_most)
    except zlib.error:
        raise ResponseNotUnpackable from None
