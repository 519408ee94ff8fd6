"""The connection to Temporal: what the server can read, and the errors when it cannot be reached."""

import asyncio
import base64
import contextlib
import sysconfig
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from pydantic import BaseModel, SecretStr
from temporalio.api.failure.v1 import Failure
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from runtime.codec import UndecryptablePayload
from runtime.connection import CannotReachTemporal, connect, data_converter, temporal_config
from runtime.settings import Settings, SettingsError
from tests.local_proxy import local_proxy

KEY = base64.b64encode(b"k" * 32).decode()
PLAIN = Settings(plaintext=True)
ENCRYPTED = Settings(keys=SecretStr(f"one:{KEY}"))


class Message(BaseModel):
    phone_number: str
    code: str


MESSAGE = Message(phone_number="+15125550100", code="12345")


@pytest_asyncio.fixture(scope="module")
async def server() -> AsyncIterator[str]:
    """The address of a real server, which stops after this module."""
    binary = Path(sysconfig.get_path("scripts")) / "temporal"
    async with await WorkflowEnvironment.start_local(dev_server_existing_path=str(binary)) as environment:
        yield environment.client.service_client.config.target_host


@pytest.mark.parametrize("settings", [PLAIN, ENCRYPTED], ids=["plain", "encrypted"])
async def test_a_message_comes_back(settings: Settings) -> None:
    converter = data_converter(settings)
    assert await converter.decode(await converter.encode([MESSAGE]), [Message]) == [MESSAGE]


async def test_without_keys_an_encrypted_message_is_not_taken_for_a_malformed_one() -> None:
    sealed = await data_converter(ENCRYPTED).encode([MESSAGE])
    with pytest.raises(UndecryptablePayload, match=r"'one'.*HOSTED_SMS_KEYS"):
        await data_converter(PLAIN).decode(sealed, [Message])


async def test_with_keys_the_text_and_the_traceback_of_a_failure_are_encrypted() -> None:
    failure = Failure()
    error = ApplicationError("the code 12345 is wrong", MESSAGE)
    with contextlib.suppress(ApplicationError):
        raise error  # so that it has a traceback
    await data_converter(ENCRYPTED).encode_failure(error, failure)
    written = failure.SerializeToString()
    assert b"12345" not in written
    assert b"5125550100" not in written
    back = await data_converter(ENCRYPTED).decode_failure(failure)
    assert "the code 12345 is wrong" in str(back)


def test_without_keys_and_plaintext_there_is_no_converter() -> None:
    with pytest.raises(SettingsError, match=r"HOSTED_SMS_KEYS .*HOSTED_SMS_PLAINTEXT=1"):
        data_converter(Settings())


def test_keys_encrypt_even_when_plaintext_is_allowed() -> None:
    both = Settings(keys=SecretStr(f"one:{KEY}"), plaintext=True)
    assert data_converter(both).payload_codec is not None


@pytest.mark.server
async def test_the_standard_variables_name_the_server(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", server)
    client = await connect(PLAIN)
    assert client.namespace == "default"
    assert await client.service_client.check_health()


@pytest.mark.server
async def test_temporal_may_be_behind_a_proxy(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "temporal.example:7233")
    async with local_proxy(int(server.rpartition(":")[2])) as proxy:
        client = await connect(Settings(plaintext=True, temporal_proxy=f"127.0.0.1:{proxy.port}"))
        assert await client.service_client.check_health()
        assert set(proxy.asked) == {"temporal.example:7233"}


@pytest.mark.server
async def test_an_unknown_namespace_is_named(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", server)
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "elsewhere")
    with pytest.raises(CannotReachTemporal, match=r"'elsewhere'.*TEMPORAL_NAMESPACE"):
        await connect(PLAIN)


async def test_the_error_for_a_refused_connection_names_address_and_namespace(
    unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{unused_tcp_port}")
    with pytest.raises(CannotReachTemporal) as caught:
        await connect(PLAIN)
    sentence = str(caught.value)
    assert f"127.0.0.1:{unused_tcp_port} (namespace 'default')" in sentence
    assert "TEMPORAL_ADDRESS" in sentence
    assert "\n" not in sentence


async def test_connecting_to_a_silent_server_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    hold = asyncio.Event()

    async def silent(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hold.wait()
        writer.close()

    deaf = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = deaf.sockets[0].getsockname()[1]
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{port}")
    begun = time.monotonic()
    with pytest.raises(CannotReachTemporal, match=f"127.0.0.1:{port} "):
        await connect(PLAIN, within=0.3)
    assert time.monotonic() - begun < 5
    hold.set()
    deaf.close()
    await deaf.wait_closed()


async def test_a_lazy_connection_calls_no_server(unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{unused_tcp_port}")
    assert (await connect(PLAIN, lazy=True)).namespace == "default"


@pytest.mark.parametrize("address", ["a b", "http://[::1", "localhost:99999", "localhost", "::1:7233", "é:1", "a\nb:1"])
async def test_a_malformed_address_is_a_wrong_setting(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", address)
    with pytest.raises(SettingsError, match="TEMPORAL_ADDRESS") as refused:
        await connect(PLAIN)
    assert repr(address) in str(refused.value)


@pytest.mark.parametrize("namespace", [" ", "\n", "a\u2028b"])
async def test_a_malformed_namespace_is_a_wrong_setting(namespace: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_NAMESPACE", namespace)
    with pytest.raises(SettingsError, match="TEMPORAL_NAMESPACE"):
        await connect(PLAIN)


@pytest.mark.parametrize("address", ["localhost:7233", "[::1]:7233", "a_b.tmprl.cloud:07233", "10.0.0.1:65535"])
def test_a_valid_address_is_accepted(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", address)
    assert temporal_config()["target_host"] == address


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE", "TEMPORAL_PROFILE"):
        monkeypatch.setenv(name, "")
    assert (temporal_config()["target_host"], temporal_config()["namespace"]) == ("localhost:7233", "default")


async def test_an_unknown_profile_is_a_wrong_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_PROFILE", "production")
    with pytest.raises(SettingsError, match="production"):
        await connect(PLAIN)


async def test_a_missing_certificate_is_a_wrong_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_TLS", "true")
    monkeypatch.setenv("TEMPORAL_TLS_CLIENT_CERT_PATH", "/nonexistent/cert.pem")
    monkeypatch.setenv("TEMPORAL_TLS_CLIENT_KEY_PATH", "/nonexistent/key.pem")
    with pytest.raises(SettingsError, match="TEMPORAL_"):
        await connect(PLAIN)
