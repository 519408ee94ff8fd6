"""The codec endpoint: what the Temporal UI sends, which pages may use it, and how the process starts and ends."""

import asyncio
import base64
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from google.protobuf import json_format
from pydantic import SecretStr
from temporalio.api.common.v1 import Payload, Payloads

from console import create_app, main
from runtime.codec import EncryptionCodec, KeyRing
from runtime.settings import Settings
from tests import limits

ROOT = Path(__file__).parents[2]
UI = "http://localhost:8233"
RING = f"one:{base64.b64encode(b'k' * 32).decode()}"
SETTINGS = Settings(keys=SecretStr(RING))
PAYLOAD = Payload(metadata={"encoding": b"json/plain"}, data=b'"+15125550100"')


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[httpx.AsyncClient]:
    async with _client(SETTINGS) as client:
        yield client


def _client(settings: Settings) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=create_app(settings))
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8081")


def as_json(*payloads: Payload) -> str:
    return json_format.MessageToJson(Payloads(payloads=payloads))


def payloads_of(response: httpx.Response) -> list[Payload]:
    assert response.status_code == 200, response.text
    return list(json_format.Parse(response.text, Payloads()).payloads)


async def test_a_payload_of_the_worker_is_decoded(browser: httpx.AsyncClient) -> None:
    sealed = await EncryptionCodec(KeyRing.parse(RING)).encode([PAYLOAD, PAYLOAD])
    response = await browser.post("/decode", content=as_json(*sealed), headers={"Origin": UI, "X-Namespace": "default"})
    assert payloads_of(response) == [PAYLOAD, PAYLOAD]
    assert response.headers["access-control-allow-origin"] == UI
    assert response.headers["content-type"] == "application/json"


async def test_an_encoded_payload_can_be_decoded_by_the_worker(browser: httpx.AsyncClient) -> None:
    sealed = payloads_of(await browser.post("/encode", content=as_json(PAYLOAD)))
    assert await EncryptionCodec(KeyRing.parse(RING)).decode(sealed) == [PAYLOAD]


async def test_a_preflight_allows_the_headers_of_the_ui(browser: httpx.AsyncClient) -> None:
    wanted = {
        "Origin": UI,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,x-namespace",
    }
    response = await browser.options("/decode", headers=wanted)
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == UI
    allowed = response.headers["access-control-allow-headers"].lower()
    assert all(header in allowed for header in ("authorization", "content-type", "x-namespace"))


async def test_a_page_of_another_origin_is_refused(browser: httpx.AsyncClient) -> None:
    sealed = await EncryptionCodec(KeyRing.parse(RING)).encode([PAYLOAD])
    response = await browser.post("/decode", content=as_json(*sealed), headers={"Origin": "http://evil.example"})
    assert response.status_code == 403
    assert "HOSTED_SMS_CODEC_ALLOWED_ORIGINS" in response.json()["detail"]
    assert "access-control-allow-origin" not in response.headers


async def test_the_refusal_names_an_unknown_key(browser: httpx.AsyncClient) -> None:
    other = EncryptionCodec(KeyRing.parse(RING.replace("one:", "two:")))
    response = await browser.post("/decode", content=as_json(*await other.encode([PAYLOAD])), headers={"Origin": UI})
    assert response.status_code == 400
    assert "key 'two'" in response.json()["detail"]
    assert response.headers["access-control-allow-origin"] == UI


@pytest.mark.parametrize("body", ["", "7", "{", '{"payload": []}', '{"payloads": [{"data": 7}]}', b"\xff"])
async def test_a_malformed_body_is_refused(browser: httpx.AsyncClient, body: str | bytes) -> None:
    response = await browser.post("/decode", content=body)
    assert response.status_code == 400
    assert '{"payloads": [' in response.json()["detail"]


async def test_an_endless_body_is_refused(browser: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield b" " * 1024 * 1024

    assert (await browser.post("/decode", content=endless())).status_code == 413


async def test_without_keys_payloads_come_back_as_they_are() -> None:
    async with _client(Settings(plaintext=True)) as client:
        assert payloads_of(await client.post("/decode", content=as_json(PAYLOAD))) == [PAYLOAD]


@pytest.mark.usefixtures("logging_restored")
def test_an_address_in_use_ends_with_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("HOSTED_SMS_PLAINTEXT", "1")
        monkeypatch.setenv("HOSTED_SMS_CONSOLE_ADDRESS", f"127.0.0.1:{taken.getsockname()[1]}")
        assert main() == 2
    assert "HOSTED_SMS_CONSOLE_ADDRESS" in capsys.readouterr().err


@pytest.mark.usefixtures("logging_restored")
def test_a_malformed_address_of_temporal_ends_with_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOSTED_SMS_PLAINTEXT", "1")
    monkeypatch.setenv("TEMPORAL_ADDRESS", "localhost:99999")
    assert main() == 2
    assert "'localhost:99999'" in capsys.readouterr().err


async def _start(**variables: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "console.py",
        cwd=ROOT,
        env=dict(os.environ) | variables,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@pytest.mark.server
async def test_the_process_does_not_start_without_keys() -> None:
    process = await _start()
    _, err = await process.communicate()
    assert process.returncode == 2
    assert err.startswith(b"HOSTED_SMS_KEYS")
    assert err.count(b"\n") == 1


@pytest.mark.server
async def test_the_process_serves_until_a_signal(unused_tcp_port: int) -> None:
    process = await _start(HOSTED_SMS_KEYS=RING, HOSTED_SMS_CONSOLE_ADDRESS=f"127.0.0.1:{unused_tcp_port}")
    try:
        assert process.stdout is not None
        first = await asyncio.wait_for(process.stdout.readline(), limits.WAIT)
        assert b"console_started" in first
        # The port is open already, so the response comes as soon as the process is ready.
        async with httpx.AsyncClient(trust_env=False, timeout=limits.WAIT) as client:
            response = await client.get(f"http://127.0.0.1:{unused_tcp_port}/healthz")
        assert response.json() == {"status": "ok"}
        process.send_signal(signal.SIGTERM)
        out, err = await asyncio.wait_for(process.communicate(), limits.WAIT)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0
    assert RING not in (first + out + err).decode()
    assert b"Traceback" not in err
