"""Sends one request to Telnyx, once, and turns every failure into one of our errors.

Trap (tried): over this transport a reset after the request was sent arrives as `httpx.ConnectTimeout`, a truncated
body as `ReadError`, and a garbled status line as a bare `aiohttp.ClientResponseError`. No error class proves that
nothing was sent, so every failure without an HTTP status is `OutcomeUnknown`.

Nothing is retried here, because Telnyx has no idempotency key: the caller reads the state and decides
(docs/telnyx.md §1, §7).
"""

import asyncio
import logging
import ssl
from functools import cache

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from telnyx_api.call import Call
from telnyx_api.error_table import build_error, remedy_of
from telnyx_api.errors import FixInput, OutcomeUnknown
from telnyx_api.reply_parser import NotUnderstoodError, parse_json
from telnyx_api.response_body import ENCODINGS, read_body

MAX_CONNECTIONS = 20
"""Connections of one account to Telnyx at a time. One more call waits for a free connection."""

CONNECT_SECONDS = 5.0
"""How long TCP and TLS may take. Telnyx usually needs a fraction of it."""

POOL_SECONDS = 10.0
"""How long a call may wait for a free connection, its own handshake included."""

_IDLE_SECONDS = 15.0  # closes an idle connection before a load balancer does so during a request


_OF_THE_PACKED_BODY = {"content-encoding", "content-length", "transfer-encoding"}


@cache
def _tls() -> ssl.SSLContext:
    """Verifies certificates; SSL_CERT_FILE names a private authority. Slow to make, so all accounts share it."""
    return httpx.create_ssl_context()


def build_transport(proxy: str | None = None) -> httpx.AsyncBaseTransport:
    """The interface of httpx over connections of aiohttp, for a quarter of the CPU. Call it inside the event loop.

    `proxy` is the URL of the HTTP proxy through which every call goes. Neither library reads the environment, since
    that would also add the passwords of `~/.netrc`.
    """
    context = _tls()

    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(ssl=context, limit=MAX_CONNECTIONS, keepalive_timeout=_IDLE_SECONDS)
        made = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        # When a kept connection breaks, aiohttp silently sends GET and DELETE again, and has no public switch for it.
        made._retry_connection = False  # noqa: SLF001 - a DELETE must go out once; a test proves that it does
        return made

    return AiohttpTransport(verify=context, client=session, proxy=httpx.Proxy(proxy) if proxy else None)


def build_client(api_key: str, base_url: str, transport: httpx.AsyncBaseTransport) -> httpx.AsyncClient:
    """The one httpx client of an account."""
    _hide_urls_in_logs()
    return httpx.AsyncClient(
        transport=transport,
        base_url=base_url,
        headers={
            "Authorization": f"Bearer {api_key}",
            "Accept": "application/json",
            "Accept-Encoding": ENCODINGS,
            "User-Agent": "hosted-sms",
        },
        follow_redirects=False,
    )


async def send_call(client: httpx.AsyncClient, call: Call, *, api_key: str, read_seconds: float) -> httpx.Response:
    """Send `call` once and return a complete 2xx response, not yet parsed; raise a `TelnyxError` for anything else."""
    request = _build_request(client, call, read_seconds)
    response = await _send(client, request, POOL_SECONDS + call.write_seconds + read_seconds)
    if isinstance(response, str):  # raised outside the handler: an httpx error holds the request with the key
        raise OutcomeUnknown(
            f"Telnyx did not answer when asked to {call.doing} (seen as {response}); {remedy_of(OutcomeUnknown, call)}."
        )
    if response.is_success:
        return response
    raise build_error(call, api_key, response.status_code, response.headers, _parse_explanation(response.content))


def unreadable_response(call: Call, http_status: int, why: str) -> OutcomeUnknown:
    """The error for a 2xx response of an unknown shape: Telnyx may have done what was asked."""
    return OutcomeUnknown(
        f"HTTP {http_status} came when asked to {call.doing}, but the response {why};"
        f" {remedy_of(OutcomeUnknown, call)}.",
        http_status=http_status,
    )


def _build_request(client: httpx.AsyncClient, call: Call, read_seconds: float) -> httpx.Request:
    timeout = httpx.Timeout(connect=CONNECT_SECONDS, read=read_seconds, write=call.write_seconds, pool=POOL_SECONDS)
    try:
        return client.build_request(
            call.method, call.path, params=call.params or None, json=call.json, files=call.files, timeout=timeout
        )
    except (ValueError, TypeError, httpx.InvalidURL):
        pass
    raise FixInput(f"The request to {call.doing} holds characters that are not text; correct them.")


async def _send(client: httpx.AsyncClient, request: httpx.Request, max_seconds: float) -> httpx.Response | str:
    """The complete response, or the name of the failure. Cancellation passes through."""
    try:
        # This limit bounds a slow send, which aiohttp does not time, and a response that comes in drips.
        async with asyncio.timeout(max_seconds):
            return await _read_whole(await client.send(request, stream=True))
    except Exception as error:  # noqa: BLE001 - the request may have been sent, and the text may hold the URL
        return type(error).__name__


async def _read_whole(response: httpx.Response) -> httpx.Response:
    """The same response with its body in memory."""
    try:
        body = await read_body(response)
    finally:
        await response.aclose()
    headers = [(name, value) for name, value in response.headers.multi_items() if name not in _OF_THE_PACKED_BODY]
    return httpx.Response(response.status_code, headers=headers, content=body)


def _parse_explanation(raw: bytes) -> object:
    """The body of an error; None when it is not JSON, as from a proxy."""
    try:
        return parse_json(raw)
    except NotUnderstoodError:
        return None


class _NoUrls(logging.Filter):
    """Drops httpx's line about each request: its URL holds whole phone numbers and transfer tokens."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING


def _hide_urls_in_logs() -> None:
    logger = logging.getLogger("httpx")
    if not any(isinstance(known, _NoUrls) for known in logger.filters):
        logger.addFilter(_NoUrls())
