"""A bucket server for tests that refuses every call of S3 and GCS with one HTTP status and one code."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer


@asynccontextmanager
async def refusing(status: int, code: str) -> AsyncIterator[str]:
    """The address of a running server; its error body has the form of S3's."""

    async def refuse(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(status=status, text=f"<?xml version='1.0'?><Error><Code>{code}</Code></Error>")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", refuse)
    async with TestServer(app, host="127.0.0.1") as server:
        yield str(server.make_url(""))


def use(address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let S3 and GCS call a server at this address; `sesame` is the secret that must not show."""
    s3 = {
        "AWS_ENDPOINT": address,
        "AWS_ALLOW_HTTP": "true",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "sesame",
        "AWS_SECRET_ACCESS_KEY": "sesame",
    }
    gcs = {"gcs_base_url": address, "disable_oauth": True, "client_email": "", "private_key": "sesame"}
    account = tmp_path / "service-account.json"
    account.write_text(json.dumps({**gcs, "private_key_id": "sesame"}))
    for name, value in {**s3, "GOOGLE_SERVICE_ACCOUNT": str(account)}.items():
        monkeypatch.setenv(name, value)
