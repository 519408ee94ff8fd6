"""The internal process: decrypts payloads for the Temporal UI, so that people can read what the server cannot.

It speaks Temporal's remote codec protocol: `POST /encode` and `POST /decode` take and give `{"payloads": […]}`. It
shows everything to whoever reaches it, so it listens on this machine only unless told otherwise, and answers a browser
only when the page comes from an address in `HOSTED_SMS_CODEC_ALLOWED_ORIGINS`.
"""

import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from types import FrameType

import structlog
import uvicorn
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse
from google.protobuf import json_format
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.converter import PayloadCodec

from runtime import logs
from runtime.codec import UndecryptablePayload
from runtime.connection import data_converter, temporal_config
from runtime.listener import listen
from runtime.settings import Settings, SettingsError, load

MAX_BODY_BYTES = 32 * 1024 * 1024
EXIT_SETTINGS = 2

_log = structlog.get_logger(__name__)
_Next = Callable[[Request], Awaitable[Response]]
_Coding = Callable[[Sequence[Payload]], Awaitable[list[Payload]]]


def create_app(settings: Settings) -> FastAPI:
    """The web application; without keys (`HOSTED_SMS_PLAINTEXT=1`) payloads come back as they are.

    Raises:
        SettingsError: the keys are missing or malformed.
    """
    codec = data_converter(settings).payload_codec
    app = FastAPI(title="Hosted SMS console", docs_url=None, redoc_url=None, openapi_url=None)
    app.middleware("http")(_origin_guard(settings.allowed_origins))
    # Added last, so it is the outermost and a refusal can be read by the page too.
    app.add_middleware(
        CORSMiddleware,
        allow_origins=list(settings.allowed_origins),
        allow_methods=["POST"],
        allow_headers=["content-type", "authorization", "x-namespace"],
    )
    _add_routes(app, codec)
    return app


def main() -> int:
    """Serves until it is told to stop; returns the exit code: 0, or 2 when a setting is missing or wrong."""
    try:
        settings = load()
        logs.configure(settings)
        temporal_config()  # needed by the others alone, but who starts this one first should hear of a mistake
        app = create_app(settings)
        listener = listen("console_address", settings.console_address)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_SETTINGS
    _log.info("console_started", address=settings.console_address)
    # uvicorn stops gracefully and then raises the signal once more: asked to stop, we end with 0.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _exit_quietly)
    # Log lines go where all of ours go: uvicorn sets up none, and says nothing of each call.
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
    server.run(sockets=[listener])
    return 0


def _exit_quietly(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def _add_routes(app: FastAPI, codec: PayloadCodec | None) -> None:
    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.post("/encode")
    async def encode(request: Request) -> Response:
        return await _coded(request, codec.encode if codec else None)

    @app.post("/decode")
    async def decode(request: Request) -> Response:
        return await _coded(request, codec.decode if codec else None)


async def _coded(request: Request, coding: _Coding | None) -> Response:
    """Reads payloads, puts them through the codec and answers them in the same form."""
    payloads = _parsed(await _body(request))
    if coding is not None:
        try:
            payloads = Payloads(payloads=await coding(payloads.payloads))
        except UndecryptablePayload as error:
            raise HTTPException(400, str(error)) from None
    return Response(json_format.MessageToJson(payloads, indent=None), media_type="application/json")


def _parsed(body: bytes) -> Payloads:
    try:
        return json_format.Parse(body, Payloads())
    except (json_format.ParseError, ValueError):
        raise HTTPException(
            400,
            'The body is not Temporal\'s payloads as JSON: send {"payloads": [{"metadata": {…}, "data": "base64"}]}.',
        ) from None


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise HTTPException(
                413, f"The body has more than {MAX_BODY_BYTES:,} bytes: ask for fewer payloads at once."
            )
    return bytes(body)


def _origin_guard(allowed: Sequence[str]) -> Callable[[Request, _Next], Awaitable[Response]]:
    """Refuses pages from elsewhere outright: CORS alone lets them ask, and a page may lie about where it comes from."""

    async def guard(request: Request, call_next: _Next) -> Response:
        origin = request.headers.get("origin")
        if origin is None or origin in allowed:
            return await call_next(request)
        sentence = (
            f"Pages from {origin[:100]!r} may not ask here: add it to HOSTED_SMS_CODEC_ALLOWED_ORIGINS if they should."
        )
        return JSONResponse({"detail": sentence}, status_code=403)

    return guard


if __name__ == "__main__":
    sys.exit(main())
