"""The codec endpoint: what the Temporal UI asks of it, who may ask, and how the process starts and ends."""

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
from runtime.settings import Settings, SettingsError

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


def payloads_of(answer: httpx.Response) -> list[Payload]:
    assert answer.status_code == 200, answer.text
    return list(json_format.Parse(answer.text, Payloads()).payloads)


async def test_what_the_worker_encrypted_is_decoded(browser: httpx.AsyncClient) -> None:
    sealed = await EncryptionCodec(KeyRing.parse(RING)).encode([PAYLOAD, PAYLOAD])
    answer = await browser.post("/decode", content=as_json(*sealed), headers={"Origin": UI, "X-Namespace": "default"})
    assert payloads_of(answer) == [PAYLOAD, PAYLOAD]
    assert answer.headers["access-control-allow-origin"] == UI
    assert answer.headers["content-type"] == "application/json"


async def test_what_is_encoded_here_can_be_decoded_by_the_worker(browser: httpx.AsyncClient) -> None:
    sealed = payloads_of(await browser.post("/encode", content=as_json(PAYLOAD)))
    assert await EncryptionCodec(KeyRing.parse(RING)).decode(sealed) == [PAYLOAD]


async def test_the_browser_s_question_before_is_answered_with_what_the_ui_sends(browser: httpx.AsyncClient) -> None:
    wanted = {
        "Origin": UI,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,x-namespace",
    }
    answer = await browser.options("/decode", headers=wanted)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == UI
    allowed = answer.headers["access-control-allow-headers"].lower()
    assert all(header in allowed for header in ("authorization", "content-type", "x-namespace"))


async def test_a_page_from_elsewhere_gets_nothing(browser: httpx.AsyncClient) -> None:
    sealed = await EncryptionCodec(KeyRing.parse(RING)).encode([PAYLOAD])
    answer = await browser.post("/decode", content=as_json(*sealed), headers={"Origin": "http://evil.example"})
    assert answer.status_code == 403
    assert "HOSTED_SMS_CODEC_ALLOWED_ORIGINS" in answer.json()["detail"]
    assert "access-control-allow-origin" not in answer.headers


async def test_an_unknown_key_is_named_to_the_page(browser: httpx.AsyncClient) -> None:
    other = EncryptionCodec(KeyRing.parse(RING.replace("one:", "two:")))
    answer = await browser.post("/decode", content=as_json(*await other.encode([PAYLOAD])), headers={"Origin": UI})
    assert answer.status_code == 400
    assert "key 'two'" in answer.json()["detail"]
    assert answer.headers["access-control-allow-origin"] == UI


@pytest.mark.parametrize("body", ["", "7", "{", '{"payload": []}', '{"payloads": [{"data": 7}]}', b"\xff"])
async def test_what_is_no_payload_is_refused_in_one_sentence(browser: httpx.AsyncClient, body: str | bytes) -> None:
    answer = await browser.post("/decode", content=body)
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("The body is not Temporal's payloads")


async def test_an_endless_body_is_refused(browser: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield b" " * 1024 * 1024

    assert (await browser.post("/decode", content=endless())).status_code == 413


async def test_without_keys_payloads_come_back_as_they_are() -> None:
    async with _client(Settings(plaintext=True)) as client:
        assert payloads_of(await client.post("/decode", content=as_json(PAYLOAD))) == [PAYLOAD]


async def test_it_says_that_it_lives(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/healthz")).json() == {"status": "ok"}


def test_without_keys_and_without_leave_it_does_not_start() -> None:
    with pytest.raises(SettingsError, match="HOSTED_SMS_KEYS"):
        create_app(Settings())


@pytest.mark.usefixtures("logging_restored")
def test_an_address_in_use_is_one_sentence_and_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("HOSTED_SMS_PLAINTEXT", "1")
        monkeypatch.setenv("HOSTED_SMS_CONSOLE_ADDRESS", f"127.0.0.1:{taken.getsockname()[1]}")
        assert main() == 2
    assert "HOSTED_SMS_CONSOLE_ADDRESS" in capsys.readouterr().err


@pytest.mark.usefixtures("logging_restored")
def test_a_malformed_address_of_temporal_is_told_here_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOSTED_SMS_PLAINTEXT", "1")
    monkeypatch.setenv("TEMPORAL_ADDRESS", "localhost:99999")
    assert main() == 2
    assert capsys.readouterr().err.startswith("Temporal's address is 'localhost:99999'; it must be host:port")


async def _start(**variables: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "console.py",
        cwd=ROOT,
        env=dict(os.environ) | variables,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def test_the_process_refuses_to_start_without_keys() -> None:
    process = await _start()
    _, err = await process.communicate()
    assert process.returncode == 2
    assert err.decode().startswith("HOSTED_SMS_KEYS is not set")
    assert len(err.decode().splitlines()) == 1


async def test_the_process_serves_until_it_is_told_to_stop(unused_tcp_port: int) -> None:
    process = await _start(HOSTED_SMS_KEYS=RING, HOSTED_SMS_CONSOLE_ADDRESS=f"127.0.0.1:{unused_tcp_port}")
    try:
        assert process.stdout is not None
        first = await asyncio.wait_for(process.stdout.readline(), 30)
        assert b"console_started" in first
        # The port is open already: the answer comes as soon as the process is ready.
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            answer = await client.get(f"http://127.0.0.1:{unused_tcp_port}/healthz")
        assert answer.json() == {"status": "ok"}
        process.send_signal(signal.SIGTERM)
        out, err = await asyncio.wait_for(process.communicate(), 30)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0
    assert RING not in (first + out + err).decode()
    assert b"Traceback" not in err
