"""The internal process: decrypts payloads for the Temporal UI, so that people can read what the server cannot.

It speaks Temporal's remote codec protocol: `POST /encode` and `POST /decode` take and return `{"payloads": […]}`. The
header `X-Workflow-Id` says for which workflow `/encode` seals: a worker obeys nothing that is sealed for none. It
decrypts for everyone who can reach it. So it listens on this machine only unless a setting says otherwise. It serves a
page in a browser only when the page's address is in `HOSTED_SMS_CODEC_ALLOWED_ORIGINS`, and only under its own names.
"""

import sys

import structlog
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from google.protobuf import json_format
from starlette.requests import ClientDisconnect
from temporalio.converter import PayloadCodec

from runtime import logs, terminals
from runtime.codec import EncryptionCodec, UndecryptablePayload
from runtime.codec_endpoint import Convert, PayloadsRefused, check_size, convert_payloads, parse_payloads
from runtime.connection import data_converter, temporal_config
from runtime.private_files import keep_private
from runtime.process import EXIT_SETTINGS
from runtime.process_secrets import CONSOLE, warn_of_surplus
from runtime.settings import Settings, SettingsError, load
from runtime.web_callers import CallerGuard
from runtime.web_connections import ConnectionLimits
from runtime.web_server import build_server, listen

LIMITS = ConnectionLimits(connections=24)
"""A few people, and the proxies in front. It bounds the memory: each may send a large body or read a large response."""

_log = structlog.get_logger(__name__)


def create_app(settings: Settings) -> FastAPI:
    """The web application. Without keys (`HOSTED_SMS_PLAINTEXT=1`) it returns payloads as they are.

    Raises:
        SettingsError: the keys are missing or malformed.
    """
    codec = data_converter(settings, temporal_config(settings.plain_addresses)["namespace"]).payload_codec
    app = FastAPI(title="Hosted SMS console", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(CallerGuard, names=settings.names_of_console, origins=settings.allowed_origins)
    # The last middleware is the outermost, so that a page can read a refusal, too.
    app.add_middleware(
        CORSMiddleware,
        allow_origins=list(settings.allowed_origins),
        allow_methods=["POST"],
        allow_headers=["content-type", "authorization", "x-namespace", "x-workflow-id"],
    )
    _add_routes(app, codec)
    return app


def main() -> int:
    """Serve until SIGTERM or SIGINT; the exit code is 0, or 2 when a setting is missing or wrong."""
    keep_private()
    try:
        settings = load()
        logs.configure(settings)
        # Only the other processes need it, but a mistake should show in the first one.
        temporal_config(settings.plain_addresses)
        warn_of_surplus(CONSOLE, settings)
        app = create_app(settings)
        listener = listen("console_address", settings.console_address)
    except SettingsError as error:
        terminals.write(sys.stderr, f"{error}\n")
        return EXIT_SETTINGS
    server = build_server(app, LIMITS, timeout_graceful_shutdown=5)
    _log.info("console_started", address=settings.console_address)
    server.run(sockets=[listener])
    return 0


def _add_routes(app: FastAPI, codec: PayloadCodec | None) -> None:
    @app.exception_handler(ClientDisconnect)
    async def gone(request: Request, error: ClientDisconnect) -> Response:  # noqa: ARG001 - the signature of a handler
        return Response(status_code=400)  # the sender does not read it

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.post("/encode")
    async def encode(request: Request) -> Response:
        workflow_id = request.headers.get("x-workflow-id", "")
        of_request = _in_its_namespace(codec, request)
        if workflow_id and isinstance(of_request, EncryptionCodec):
            of_request = of_request.for_workflow(workflow_id)
        return await _convert(request, of_request.encode if of_request else None)

    @app.post("/decode")
    async def decode(request: Request) -> Response:
        of_request = _in_its_namespace(codec, request)
        return await _convert(request, of_request.decode if of_request else None)


def _in_its_namespace(codec: PayloadCodec | None, request: Request) -> PayloadCodec | None:
    """The codec of the namespace that a request names; the UI and the `temporal` command name theirs."""
    namespace = request.headers.get("x-namespace", "")
    return codec.in_namespace(namespace) if namespace and isinstance(codec, EncryptionCodec) else codec


async def _convert(request: Request, convert: Convert | None) -> Response:
    """Respond with the request's payloads after the codec has converted them."""
    try:
        payloads = parse_payloads(await _read_body(request))
        if convert is not None:
            payloads = await convert_payloads(payloads, convert)
    except PayloadsRefused as error:
        raise HTTPException(error.status, str(error)) from None
    except UndecryptablePayload as error:
        raise HTTPException(400, str(error)) from None
    return Response(json_format.MessageToJson(payloads, indent=None), media_type="application/json")


async def _read_body(request: Request) -> bytes:
    """The body; a length that is announced is checked before any of it is read."""
    check_size(int(request.headers.get("content-length", 0)))
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        check_size(len(body))
    return bytes(body)


if __name__ == "__main__":
    sys.exit(main())
