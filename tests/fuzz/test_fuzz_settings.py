"""Settings and their files: read, or refused by one sentence each; no secret is shown, and what passes is usable."""

import base64
import json
import string
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from runtime import setting_values as values
from runtime.accounts import read_accounts, read_public_keys
from runtime.channels import read_recipients
from runtime.codec import KeyRing
from runtime.connection import CannotReachTemporal, connect
from runtime.documents import DocumentStore
from runtime.outbound_webhooks import signed
from runtime.settings import Settings, SettingsError, load, variable
from telnyx_api.client import TelnyxClient
from tests.fuzz.oddities import JSON, PLAIN, drawn, is_sentence

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET = "c2VzYW1lc2VzYW1lc2VzYW1lc2VzYW1lc2VzYW1lc2U="
ADDRESSES = PLAIN | st.text(alphabet="htps:/[]@.#?=v2 09azé", max_size=24).map(lambda tail: f"https://{tail}/v2")
VALUES = JSON | ADDRESSES | st.sampled_from([SECRET, f"whsec_{SECRET}", "whsec_é", ["ask_opened"], ["acme"]])
KEYS = st.sampled_from(["api_key", "api_key_file", "public_key", "base_url", "url", "url_file", "secret", "secret_file",
                        "name", "accounts", "customers", "events", "escalation", "urls"])  # fmt: skip
TABLES = st.dictionaries(KEYS, VALUES, max_size=4)


def toml(value: Any) -> str:
    """A value as TOML writes it, which has no null and no infinite tables."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml(str(key))} = {toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, str):
        return '"' + "".join(sign if sign in SAFE else f"\\U{ord(sign):08X}" for sign in value if fits(sign)) + '"'
    return "0" if value is None else json.dumps(value).replace("Infinity", "inf").replace("NaN", "nan")


SAFE = set(string.ascii_letters + string.digits + " .:/_-=+@")


def fits(sign: str) -> bool:
    return not "\ud800" <= sign <= "\udfff"


def read_file(content: str | bytes) -> None:
    """Reads it as what each of three settings may name; only a SettingsError of one sentence may come out."""
    readers: list[Callable[[Path], object]] = [
        lambda path: read_accounts(path, None, base_url="https://api.telnyx.com/v2"),
        read_public_keys,
        lambda path: read_recipients(None, path),
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.toml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        for reader in readers:
            try:
                found = reader(path)
            except SettingsError as error:
                assert is_sentence(str(error).replace("\\", ""), SECRET), str(error)  # noqa: PT017 - to be read is as right
            else:
                assert SECRET not in repr(found) or reader is read_public_keys  # a public key is no secret


@drawn(60)
@given(st.binary(max_size=80) | PLAIN.map(str.encode))
def test_any_file_is_read_or_refused(content: bytes) -> None:
    read_file(content)


@drawn(100)
@given(st.dictionaries(PLAIN | st.sampled_from(["acme", "default"]), TABLES | VALUES, max_size=3))
def test_any_table_of_accounts_is_read_or_refused(tables: dict[str, Any]) -> None:
    read_file(f"accounts = {toml(tables)}\n")


@drawn(150)
@given(kind=st.sampled_from(["channels", "webhooks"]), tables=st.lists(TABLES, max_size=3) | VALUES)
def test_any_list_of_recipients_is_read_or_refused(kind: str, tables: Any) -> None:
    read_file(f"{kind} = {toml(tables)}\n")


@drawn(120)
@given(url=ADDRESSES, secret=st.binary(min_size=24, max_size=64))
def test_an_outbound_webhook_that_is_taken_can_be_posted_to(url: str, secret: bytes) -> None:
    spelt = "whsec_" + base64.b64encode(secret).decode()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.toml"
        path.write_text(f"[[webhooks]]\nurl = {toml(url)}\nsecret = {toml(spelt)}\n")
        try:
            [webhook] = read_recipients(None, path).webhooks
        except SettingsError as error:
            assert spelt not in str(error)  # noqa: PT017 - to be read is as right
            return
    try:
        httpx.Request("POST", webhook.url.get_secret_value(), headers=signed(spelt, "evt", 0, b""))
    except httpx.InvalidURL:
        return  # what the post itself turns into "did not answer"


@drawn(200)
@given(ADDRESSES)
def test_the_client_takes_every_address_that_the_settings_take(text: str) -> None:
    try:
        url = values.check_base_url(text)
    except ValueError:
        return
    assert TelnyxClient("KEY", url)


@drawn(200)
@given(PLAIN | st.text(max_size=20).map(lambda tail: f"KEY{tail}"))
def test_the_client_takes_every_key_that_the_settings_take(text: str) -> None:
    try:
        key = values.check_api_key(SecretStr(text))
    except ValueError:
        with pytest.raises(ValueError, match="holds characters that no key has"):
            TelnyxClient(text, "https://telnyx.test/v2")
        return
    assert TelnyxClient(key.get_secret_value(), "https://telnyx.test/v2")


@drawn(60)
@given(st.dictionaries(st.sampled_from(sorted(Settings.model_fields)), PLAIN | st.just(SECRET), max_size=8))
def test_every_wrong_variable_has_its_sentence(given_values: dict[str, str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for field, value in given_values.items():
            patch.setenv(variable(field), value)
        try:
            load()
        except SettingsError as error:
            lines = str(error).split("\n")
            assert len(lines) <= len(given_values)
            assert all(is_sentence(line) for line in lines), lines
            assert len({line.split()[0] for line in lines}) == len(lines)


HOSTS = st.sampled_from(["127.0.0.1", "[::1]", "::1", "localhost", "http://127.0.0.1", "a b", "é", "-", "", "[::1"])
PORTS = st.sampled_from(["1", "01", "0", "+1", "-1", "65536", "99999", "٣", "1/x", "1 ", "1:1"]) | PLAIN
TARGETS = st.tuples(HOSTS, PORTS).map(":".join) | st.text(alphabet=" :[]/@.#?%01é\n", max_size=12) | PLAIN
OTHERS = {"TEMPORAL_NAMESPACE": PLAIN, "TEMPORAL_PROFILE": PLAIN}


@drawn(100)
@given(st.fixed_dictionaries({"TEMPORAL_ADDRESS": TARGETS.filter(bool)}, optional=OTHERS))
async def test_whatever_says_where_temporal_is_ends_in_one_sentence(variables: dict[str, str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        with pytest.raises((SettingsError, CannotReachTemporal)) as refused:
            await connect(Settings(plaintext=True), within=5)
    assert is_sentence(str(refused.value)), str(refused.value)


@drawn(80)
@given(st.sampled_from(["file://", "file:///", "memory://", "s3://", "gs://", "s3://b/", "file://~"]), PLAIN)
def test_any_document_store_is_opened_or_refused(scheme: str, tail: str) -> None:
    if scheme.startswith("file") and (tail.startswith("/") or scheme != "file://"):
        tail = ""  # folders are made when opened, and these tests make none
    try:
        DocumentStore.from_url(values.check_document_url(scheme.replace("file:///", "file://tmp") + tail))
    except SettingsError as error:
        assert is_sentence(str(error))  # noqa: PT017 - to be opened is as right
    except ValueError:
        return  # what the settings themselves turn into a sentence


@drawn(100)
@given(PLAIN | st.lists(st.tuples(PLAIN, PLAIN | st.just(SECRET)).map(":".join), max_size=4).map(",".join))
def test_any_key_ring_is_read_or_refused_without_showing_a_key(text: str) -> None:
    try:
        ring = KeyRing.parse(text)
    except SettingsError as error:
        assert is_sentence(str(error), SECRET)  # noqa: PT017 - to be read is as right
    else:
        assert ring.open(ring.newest, ring.seal(b"x")) == b"x"
        assert SECRET not in repr(ring)
