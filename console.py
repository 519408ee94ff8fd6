"""The internal process: decrypts payloads for the Temporal UI, so that people can read what the server cannot.

It speaks Temporal's remote codec protocol: `POST /encode` and `POST /decode` take and return `{"payloads": […]}`. It
decrypts for everyone who can reach it. So it listens on this machine only unless a setting says otherwise, and it
serves a page in a browser only when the page's address is in `HOSTED_SMS_CODEC_ALLOWED_ORIGINS`.
"""

import sys
from collections.abc import Awaitable, Callable, Sequence

import structlog
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse
from google.protobuf import json_format
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.converter import PayloadCodec

from runtime import logs
from runtime.codec import UndecryptablePayload
from runtime.connection import data_converter, temporal_config
from runtime.private_files import keep_private
from runtime.process import EXIT_SETTINGS
from runtime.process_secrets import CONSOLE, warn_of_surplus
from runtime.settings import Settings, SettingsError, load
from runtime.web_connections import ConnectionLimits
from runtime.web_server import build_server, listen

LIMITS = ConnectionLimits(connections=24)
MAX_BODY_BYTES = 32 * 1024 * 1024

_log = structlog.get_logger(__name__)
_Next = Callable[[Request], Awaitable[Response]]
_Convert = Callable[[Sequence[Payload]], Awaitable[list[Payload]]]


def create_app(settings: Settings) -> FastAPI:
    """The web application. Without keys (`HOSTED_SMS_PLAINTEXT=1`) it returns payloads as they are.

    Raises:
        SettingsError: the keys are missing or malformed.
    """
    codec = data_converter(settings).payload_codec
    app = FastAPI(title="Hosted SMS console", docs_url=None, redoc_url=None, openapi_url=None)
    app.middleware("http")(_origin_guard(settings.allowed_origins))
    # The last middleware is the outermost, so that a page can read a refusal, too.
    app.add_middleware(
        CORSMiddleware,
        allow_origins=list(settings.allowed_origins),
        allow_methods=["POST"],
        allow_headers=["content-type", "authorization", "x-namespace"],
    )
    _add_routes(app, codec)
    return app


def main() -> int:
    """Serve until SIGTERM or SIGINT; the exit code is 0, or 2 when a setting is missing or wrong."""
    keep_private()
    try:
        settings = load()
        logs.configure(settings)
        temporal_config()  # only the other processes need it, but a mistake should show in the first one
        warn_of_surplus(CONSOLE, settings)
        app = create_app(settings)
        listener = listen("console_address", settings.console_address)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_SETTINGS
    server = build_server(app, LIMITS, timeout_graceful_shutdown=5)
    _log.info("console_started", address=settings.console_address)
    server.run(sockets=[listener])
    return 0


def _add_routes(app: FastAPI, codec: PayloadCodec | None) -> None:
    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.post("/encode")
    async def encode(request: Request) -> Response:
        return await _convert(request, codec.encode if codec else None)

    @app.post("/decode")
    async def decode(request: Request) -> Response:
        return await _convert(request, codec.decode if codec else None)


async def _convert(request: Request, convert: _Convert | None) -> Response:
    """Respond with the request's payloads after the codec has converted them."""
    payloads = _parse(await _read_body(request))
    if convert is not None:
        try:
            payloads = Payloads(payloads=await convert(payloads.payloads))
        except UndecryptablePayload as error:
            raise HTTPException(400, str(error)) from None
    return Response(json_format.MessageToJson(payloads, indent=None), media_type="application/json")


def _parse(body: bytes) -> Payloads:
    try:
        return json_format.Parse(body, Payloads())
    except (json_format.ParseError, ValueError):
        raise HTTPException(
            400,
            'The body is not JSON in Temporal\'s form: send {"payloads": [{"metadata": {…}, "data": "base64"}]}.',
        ) from None


async def _read_body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise HTTPException(413, f"The body has more than {MAX_BODY_BYTES:,} bytes: send fewer payloads at once.")
    return bytes(body)


def _origin_guard(allowed: Sequence[str]) -> Callable[[Request, _Next], Awaitable[Response]]:
    """Refuses pages from other origins. CORS alone would still run their requests."""

    async def guard(request: Request, call_next: _Next) -> Response:
        origin = request.headers.get("origin")
        if origin is None or origin in allowed:
            return await call_next(request)
        sentence = (
            f"Pages from {origin[:100]!r} are not allowed: add it to HOSTED_SMS_CODEC_ALLOWED_ORIGINS to allow it."
        )
        return JSONResponse({"detail": sentence}, status_code=403)

    return guard


if __name__ == "__main__":
    sys.exit(main())
