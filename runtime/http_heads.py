"""The head of an HTTP request, as it was received: refuses what two parsers could read in two ways, and what is huge.

A proxy in front and the parser behind it (h11) must see the same requests. h11 unfolds folded lines, accepts a bare
line feed, and lets `Transfer-Encoding` win over `Content-Length`. Each of them is a way to smuggle a second request.
"""

import re
from collections import Counter

MAX_HEAD_BYTES = 16 * 1024
"""Telnyx sends about 700, and a browser about 2,000."""
MAX_HEADERS = 100

BAD_REQUEST, HEAD_TOO_LARGE, UNKNOWN_VERSION = 400, 431, 505
_END = b"\r\n\r\n"
_AMBIGUOUS = re.compile(rb"(?<!\r)\n|\r[^\n]|\r\n[ \t]|\0")
"""A bare line feed, a bare carriage return, a folded line, a zero byte."""
_REQUEST_LINE = re.compile(rb"[A-Z]{1,20} /[!-~]* HTTP/1\.[01]")
_OTHER_VERSION = re.compile(rb".* HTTP/[0-9.]+")
_DIGITS = re.compile(rb"[0-9]{1,18}")


def refuse_head(received: bytes) -> int | None:
    """The HTTP status that refuses a head; None for a good one, or for a part of one that may become good."""
    head, end, _ = received.partition(_END)
    if len(head) > MAX_HEAD_BYTES or head.count(b"\r\n") > MAX_HEADERS:
        return HEAD_TOO_LARGE
    if _AMBIGUOUS.search(head + end[:2]):
        return BAD_REQUEST
    return _refuse_whole(head) if end else None


def _refuse_whole(head: bytes) -> int | None:
    request_line, *lines = head.split(b"\r\n")
    if not _REQUEST_LINE.fullmatch(request_line):
        return UNKNOWN_VERSION if _names_other_version(request_line) else BAD_REQUEST
    fields = [(name.strip().lower(), value.strip()) for name, _, value in (line.partition(b":") for line in lines)]
    return None if _has_one_length(request_line, fields) else BAD_REQUEST


def _names_other_version(request_line: bytes) -> bool:
    return bool(_OTHER_VERSION.fullmatch(request_line)) and not request_line.endswith((b" HTTP/1.0", b" HTTP/1.1"))


def _has_one_length(request_line: bytes, fields: list[tuple[bytes, bytes]]) -> bool:
    """Whether every parser finds the same end of the body: by one length, or by chunks, unknown to HTTP/1.0."""
    names = Counter(name for name, _ in fields)
    lengths = [value for name, value in fields if name == b"content-length"]
    if names[b"transfer-encoding"]:
        return not lengths and names[b"transfer-encoding"] == 1 and not request_line.endswith(b"1.0")
    return len(lengths) <= 1 and all(_DIGITS.fullmatch(length) for length in lengths)
