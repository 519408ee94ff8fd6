"""Sends one request to Telnyx, once, and turns every failure into our own errors.

Trap (tried): over this transport a reset after the request was sent arrives as `httpx.ConnectTimeout`, a truncated
body as `ReadError`, and a garbled status line as a bare `aiohttp.ClientResponseError`. So no error class proves that
nothing was sent, and whatever fails without an HTTP status is `OutcomeUnknown`.

Nothing here retries: Telnyx has no idempotency key, so whoever calls decides after looking (Telnyx facts §1, §7).
"""

import asyncio
import logging
import ssl
from dataclasses import dataclass, field
from functools import cache

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from telnyx_api.error_classes import judge
from telnyx_api.errors import FixInput, OutcomeUnknown
from telnyx_api.replies_parser import NotUnderstoodError, parse_json

MOST_CONNECTIONS = 20
"""Connections to Telnyx of one account at a time; a call beyond it waits for a free one."""

CONNECT_SECONDS = 5.0
"""How long TCP and TLS may take; Telnyx answers a handshake in a fraction of it."""

POOL_SECONDS = 10.0
"""How long a call may wait for a free connection, its own handshake included."""

WRITE_SECONDS = 10.0
"""How long sending a JSON body may take; it is a few kilobytes."""

UPLOAD_WRITE_SECONDS = 60.0
"""How long sending two PDFs of up to 5 MB each may take, on a line of about 1.5 Mbit/s."""

_IDLE_SECONDS = 15.0  # an idle connection is dropped before a load balancer drops it under a request


@dataclass(frozen=True)
class Call:
    """One request. `doing` completes the sentence "when asked to …"; `path` is quoted and begins with a slash.

    `secrets` are the token and codes of this call: they are taken out of whatever Telnyx repeats of them.
    """

    doing: str
    method: str
    path: str
    params: dict[str, str | int] = field(default_factory=dict, repr=False)
    json: object = field(default=None, repr=False)
    files: dict[str, tuple[str, bytes, str]] | None = field(default=None, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def write_seconds(self) -> float:
        """How long sending the body may take."""
        return UPLOAD_WRITE_SECONDS if self.files else WRITE_SECONDS


@cache
def _tls() -> ssl.SSLContext:
    """Verifies; SSL_CERT_FILE names a private authority. One for all accounts, since it takes long to make."""
    return httpx.create_ssl_context()


def build_transport() -> httpx.AsyncBaseTransport:
    """The interface of httpx over connections of aiohttp, at a quarter of the CPU; to be called inside the loop."""
    context = _tls()

    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(ssl=context, limit=MOST_CONNECTIONS, keepalive_timeout=_IDLE_SECONDS)
        made = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        # aiohttp quietly sends GET and DELETE a second time when a kept connection breaks, and has no public switch.
        made._retry_connection = False  # noqa: SLF001 - a DELETE must go out once; a test proves that it does
        return made

    return AiohttpTransport(verify=context, client=session)


def build_client(api_key: str, base_url: str, transport: httpx.AsyncBaseTransport | None) -> httpx.AsyncClient:
    """The one httpx client of an account; `transport` replaces the network in tests."""
    _silence_addresses()
    return httpx.AsyncClient(
        transport=transport or build_transport(),
        base_url=base_url,
        headers={"Authorization": f"Bearer {api_key}", "Accept": "application/json", "User-Agent": "hosted-sms"},
        follow_redirects=False,
    )


async def exchange(client: httpx.AsyncClient, call: Call, *, api_key: str, read_seconds: float) -> httpx.Response:
    """Sends `call` once and returns a 2xx answer, whole but unread by us, or raises a `TelnyxError`."""
    request = _build(client, call, read_seconds)
    answer = await _send(client, request, POOL_SECONDS + call.write_seconds + read_seconds)
    if isinstance(answer, str):  # raised here and not in a handler: an httpx error carries the request with the key
        raise OutcomeUnknown(
            f"No answer came from Telnyx when asked to {call.doing} (seen as {answer}); {OutcomeUnknown.remedy}."
        )
    if answer.is_success:
        return answer
    raise judge(
        call.doing,
        answer.status_code,
        answer.headers,
        _explanation(answer.content),
        (api_key, *call.secrets),
        only_read=call.method == "GET",
    )


def misread(doing: str, http_status: int, why: str) -> OutcomeUnknown:
    """The error for a 2xx answer that makes no sense: Telnyx may well have done what was asked."""
    return OutcomeUnknown(
        f"Telnyx answered HTTP {http_status} when asked to {doing}, but {why}; {OutcomeUnknown.remedy}.",
        http_status=http_status,
    )


def _build(client: httpx.AsyncClient, call: Call, read_seconds: float) -> httpx.Request:
    timeout = httpx.Timeout(connect=CONNECT_SECONDS, read=read_seconds, write=call.write_seconds, pool=POOL_SECONDS)
    try:
        return client.build_request(
            call.method, call.path, params=call.params or None, json=call.json, files=call.files, timeout=timeout
        )
    except (ValueError, TypeError, httpx.InvalidURL):
        pass
    raise FixInput(f"The request to {call.doing} cannot be written down; correct the characters that are no text.")


async def _send(client: httpx.AsyncClient, request: httpx.Request, most_seconds: float) -> httpx.Response | str:
    """The whole answer, or the name of what went wrong instead. Cancellation passes through untouched."""
    try:
        # The limit on the whole is what bounds a slow send, which aiohttp does not time, and an answer in drips.
        async with asyncio.timeout(most_seconds):
            return await client.send(request)
    except Exception as error:  # noqa: BLE001 - whatever it is, the request may have been sent, and its text may hold the URL
        return type(error).__name__


def _explanation(raw: bytes) -> object:
    """The body of an error; None when it is no JSON, as from a proxy in between: the status still decides."""
    try:
        return parse_json(raw)
    except NotUnderstoodError:
        return None


class _NoAddresses(logging.Filter):
    """Drops httpx's line about each request, whose URL holds whole phone numbers and transfer tokens."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING


def _silence_addresses() -> None:
    logger = logging.getLogger("httpx")
    if not any(isinstance(known, _NoAddresses) for known in logger.filters):
        logger.addFilter(_NoAddresses())
