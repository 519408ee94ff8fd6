"""The public process: takes the webhooks of Telnyx at `POST /telnyx/{account}`, and nothing else on its port.

It holds no Telnyx API key: a public key proves who sends, and a webhook is only a hint to a request to read its order
at Telnyx now. It should stand behind whatever ends TLS for you; nobody else needs to reach it.
"""

import signal

import structlog
import uvicorn
from fastapi import FastAPI, Request, Response
from starlette.requests import ClientDisconnect
from temporalio.client import RetryConfig

from inbound.receiver import BAD_REQUEST, Receiver
from inbound.routes import RunningRequests
from runtime.connection import connect
from runtime.fingerprints import Fingerprints
from runtime.listener import listen
from runtime.process import leave, serve
from runtime.setting_values import parse_key
from runtime.settings import Settings, SettingsError

MOST_CONNECTIONS = 500
"""Beyond that 503 is answered at once; with bodies of 256 KB it bounds the memory."""
FAIL_SOON = RetryConfig(max_elapsed_time_millis=750)
"""The SDK's own tries, ten seconds long otherwise: a Temporal that is down must show before Telnyx is answered."""

_log = structlog.get_logger(__name__)


def create_app(receiver: Receiver) -> FastAPI:
    """The web application with its one route."""
    app = FastAPI(title="Hosted SMS webhooks", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)

    @app.post("/telnyx/{account}")
    async def telnyx(account: str, request: Request) -> Response:
        try:
            return Response(status_code=await receiver.take(account, request.headers, request.stream()))
        except ClientDisconnect:
            return Response(status_code=BAD_REQUEST)  # nobody is there to read it

    return app


async def run(settings: Settings) -> None:
    """Serves until SIGTERM or SIGINT; what is under way then has the grace period, and no hint is kept back."""
    keys = public_keys(settings)
    fingerprints = Fingerprints.from_settings(settings)
    listener = listen("webhooks_address", settings.webhooks_address)
    receiver = Receiver(keys, RunningRequests(await connect(settings, retry=FAIL_SOON), fingerprints))
    server = uvicorn.Server(
        # Log lines go where all of ours go: uvicorn sets up none, and says nothing of each call.
        uvicorn.Config(
            create_app(receiver),
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            limit_concurrency=MOST_CONNECTIONS,
            timeout_graceful_shutdown=5,
        )
    )
    # uvicorn stops gracefully and then raises the signal once more, which must not end us before the rest is done.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: setattr(server, "should_exit", True))
    _log.info("webhooks_started", address=settings.webhooks_address, accounts=sorted(keys))
    await server.serve(sockets=[listener])
    await receiver.aclose(settings.grace_period)
    _log.info("webhooks_stopped")


def public_keys(settings: Settings) -> dict[str, bytes]:
    """The public key of each account that has one.

    Raises:
        SettingsError: no account has one, so that every webhook would be refused.
    """
    keys = {name: parse_key(key) for name, key in settings.telnyx_public_keys().items()}
    if not keys:
        raise SettingsError(
            "No account has a public key, so no webhook could be proven: set TELNYX_PUBLIC_KEY to the one of the "
            "Telnyx portal, or public_key in the file that HOSTED_SMS_ACCOUNTS names."
        )
    return keys


def main() -> int:
    """Exit code 0 after a stop, 2 when a setting is missing or wrong, 3 when Temporal does not answer."""
    return serve(run)


if __name__ == "__main__":
    leave(main())
