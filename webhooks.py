"""The public process: receives Telnyx's webhooks at `POST /telnyx/{account}`, and serves nothing else on its port.

It starts although Temporal is away. A webhook then gets 503, so Telnyx comes back, and what it says about a transfer is
kept besides (docs/decisions/0012).

It holds no Telnyx API key. A public key proves the sender, and a webhook is only a hint that makes a request poll its
order now. Put the process behind a proxy that ends TLS; only the proxy needs to reach it.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exception_handlers import http_exception_handler
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.requests import ClientDisconnect
from temporalio.client import Client, RetryConfig

from inbound.awaited_requests import AwaitedRequests
from inbound.receiver import Receiver
from inbound.running_requests import RunningRequests
from inbound.webhook import BAD_REQUEST
from runtime.awaited_connection import wait_for_temporal
from runtime.fingerprints import Fingerprints
from runtime.process import leave, serve
from runtime.process_secrets import WEBHOOKS, warn_of_surplus
from runtime.setting_values import parse_key
from runtime.settings import Settings, SettingsError
from runtime.web_connections import ConnectionLimits
from runtime.web_server import build_server, listen
from services.shared_keys import is_unknown_to_workers, shared_with_requests

LIMITS = ConnectionLimits(connections=500, request_seconds=10.0)
"""With bodies of 256 KB this bounds the memory. A request usually has its response within two seconds."""
FIRST_CONNECTION = 3.0
"""Seconds for which the process waits for Temporal before it serves. Usually it needs a fraction of it."""
SHORT_RETRIES = RetryConfig(max_elapsed_time_millis=750)
"""The SDK would retry a call for ten seconds. A Temporal that is down must show before Telnyx gets its response."""

_log = structlog.get_logger(__name__)


def create_app(receiver: Receiver) -> FastAPI:
    """The web application with its one route, which may end with a slash."""
    app = FastAPI(title="Hosted SMS webhooks", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)

    @app.post("/telnyx/{account}/")
    @app.post("/telnyx/{account}")
    async def telnyx(account: str, request: Request) -> Response:
        try:
            return Response(status_code=await receiver.receive(account, request.headers, request.stream()))
        except ClientDisconnect:
            return Response(status_code=BAD_REQUEST)  # the sender has gone and does not read it

    @app.exception_handler(StarletteHTTPException)
    async def refuse(request: Request, error: StarletteHTTPException) -> Response:
        receiver.refuse_path(request.method, request.url.path, request.headers)
        return await http_exception_handler(request, error)

    return app


async def run(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. Deliveries in progress then have the grace period, and every hint is sent."""
    warn_of_surplus(WEBHOOKS, settings)
    keys = public_keys(settings)
    fingerprints = Fingerprints.from_settings(settings)
    listener = listen("webhooks_address", settings.webhooks_address)
    requests = AwaitedRequests()
    receiver = Receiver(keys, requests)
    server = build_server(create_app(receiver), LIMITS, timeout_graceful_shutdown=5)
    warn_of_shared_keys(keys)
    async with _connection(settings, fingerprints, requests) as connected:
        _log.info("webhooks_started", address=settings.webhooks_address, accounts=sorted(keys), connected=connected)
        await server.serve(sockets=[listener])
        await receiver.aclose(settings.grace_period)
        _log.info("webhooks_stopped")


@asynccontextmanager
async def _connection(settings: Settings, fingerprints: Fingerprints, requests: AwaitedRequests) -> AsyncIterator[bool]:
    """Connect the requests in the background; gives whether they are connected already."""

    async def connect() -> Client:
        client = await wait_for_temporal(settings, retry=SHORT_RETRIES)
        requests.connect(RunningRequests(client, fingerprints))
        return client

    async def compare_keys() -> None:
        await _judge_keys(await asyncio.shield(connection), settings)

    connection = asyncio.create_task(connect())
    comparison = asyncio.create_task(compare_keys())
    await asyncio.wait({connection}, timeout=FIRST_CONNECTION)
    if connection.done():
        connection.result()  # a wrong setting shows at once, before any network
    try:
        yield connection.done()
    finally:
        for task in (connection, comparison):
            task.cancel()
        await asyncio.gather(connection, comparison, return_exceptions=True)


async def _judge_keys(client: Client, settings: Settings) -> None:
    """This process faces the internet: it needs nothing that others seal, and a worker must open what it seals."""
    if shared := await shared_with_requests(client, settings):
        _log.warning(
            "webhooks_can_read_requests",
            opens=shared,
            advice="give this process a HOSTED_SMS_KEYS of its own, and add its key to those of the worker",
        )
    if await is_unknown_to_workers(client):
        _log.error(
            "webhooks_key_unknown",
            advice="a worker leaves out what comes from here: add the key at the end of the worker's HOSTED_SMS_KEYS",
        )


def public_keys(settings: Settings) -> dict[str, bytes]:
    """The public key of each account that has one.

    Raises:
        SettingsError: no account has one, so every webhook would be refused.
    """
    keys = {name: parse_key(key) for name, key in settings.telnyx_public_keys().items()}
    if not keys:
        raise SettingsError(
            "No account has a public key, so no webhook could be verified: set TELNYX_PUBLIC_KEY to the key of the "
            "Telnyx portal, or public_key in the file that HOSTED_SMS_ACCOUNTS names."
        )
    return keys


def warn_of_shared_keys(keys: Mapping[str, bytes]) -> None:
    """Say which accounts a signature cannot tell apart: what Telnyx signs for one of them counts for all of them."""
    accounts: dict[bytes, list[str]] = {}
    for name in sorted(keys):
        accounts.setdefault(keys[name], []).append(name)
    for names in accounts.values():
        if len(names) > 1:
            advice = "give each account the public key of its own Telnyx account, unless they are one at Telnyx"
            _log.warning("webhook_key_shared", accounts=names, advice=advice)


def main() -> int:
    """Exit code 0 after a stop, 2 when a setting is missing or wrong."""
    return serve(run)


if __name__ == "__main__":
    leave(main())
