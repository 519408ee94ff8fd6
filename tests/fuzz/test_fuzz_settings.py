"""Settings and their files are accepted, or refused in one sentence without a secret. Accepted ones are usable."""

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
from runtime.codec import KeyRing
from runtime.connection import CannotReachTemporal, connect
from runtime.document_errors import DocumentStoreUnavailable
from runtime.document_store import DocumentStore
from runtime.outbound_webhooks import sign
from runtime.recipients_file import read_recipients
from runtime.secret_flaws import flaw
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
    """A value in TOML, which has no null."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml(str(key))} = {toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, str):
        return '"' + "".join(one if one in SAFE else f"\\U{ord(one):08X}" for one in value if fits(one)) + '"'
    return "0" if value is None else json.dumps(value).replace("Infinity", "inf").replace("NaN", "nan")


SAFE = set(string.ascii_letters + string.digits + " .:/_-=+@")


def fits(character: str) -> bool:
    return not "\ud800" <= character <= "\udfff"


def read_file(content: str | bytes) -> None:
    """Read a file as three settings do. Only a SettingsError of one sentence may be raised."""
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
                assert is_sentence(str(error).replace("\\", ""), SECRET), str(error)  # noqa: PT017 - accepting it is right, too
            else:
                assert SECRET not in repr(found) or reader is read_public_keys  # a public key is no secret


FILES = (
    st.binary(max_size=80)
    | PLAIN
    | st.dictionaries(PLAIN | st.sampled_from(["acme", "default"]), TABLES | VALUES, max_size=3).map(
        lambda tables: f"accounts = {toml(tables)}\n"
    )
    | st.tuples(st.sampled_from(["channels", "webhooks"]), st.lists(TABLES, max_size=3) | VALUES).map(
        lambda file: f"{file[0]} = {toml(file[1])}\n"
    )
)


@drawn(300)
@given(FILES)
def test_any_file_is_accepted_or_refused(content: str | bytes) -> None:
    read_file(content)


@drawn(120)
@given(url=ADDRESSES, secret=st.binary(min_size=24, max_size=64))
def test_a_request_can_be_built_for_every_accepted_webhook(url: str, secret: bytes) -> None:
    text = "whsec_" + base64.b64encode(secret).decode()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.toml"
        path.write_text(f"[[webhooks]]\nurl = {toml(url)}\nsecret = {toml(text)}\n")
        try:
            [webhook] = read_recipients(None, path).webhooks
        except SettingsError as error:
            assert text not in str(error)  # noqa: PT017 - accepting it is right, too
            return
    try:
        httpx.Request("POST", webhook.url.get_secret_value(), headers=sign(text, "evt", 0, b""))
    except httpx.InvalidURL:
        return  # the POST itself turns it into `NotTaken`


@drawn(200)
@given(ADDRESSES)
def test_the_client_accepts_every_url_that_the_settings_accept(text: str) -> None:
    try:
        url = values.check_base_url(text)
    except ValueError:
        return
    assert TelnyxClient("KEY", url)


@drawn(200)
@given(PLAIN | st.text(max_size=20).map(lambda tail: f"KEY{tail}"))
def test_the_client_accepts_every_key_that_the_settings_accept(text: str) -> None:
    try:
        key = values.check_api_key(SecretStr(text))
    except ValueError:
        if flaw(text) is None:  # the client knows nothing of what people paste
            with pytest.raises(ValueError, match="API key"):
                TelnyxClient(text, "https://telnyx.test/v2")
        return
    assert TelnyxClient(key.get_secret_value(), "https://telnyx.test/v2")


@drawn(60)
@given(st.dictionaries(st.sampled_from(sorted(Settings.model_fields)), PLAIN | st.just(SECRET), max_size=8))
def test_every_wrong_variable_has_a_sentence(given_values: dict[str, str]) -> None:
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
async def test_any_address_of_temporal_ends_in_one_sentence(variables: dict[str, str]) -> None:
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
        tail = ""  # opening a folder creates it, and these tests create none
    try:
        DocumentStore.from_url(values.check_document_url(scheme.replace("file:///", "file://tmp") + tail))
    except (SettingsError, DocumentStoreUnavailable) as error:
        assert is_sentence(str(error))  # noqa: PT017 - opening it is right, too
    except ValueError:
        return  # the settings turn it into a sentence


@drawn(100)
@given(PLAIN | st.lists(st.tuples(PLAIN, PLAIN | st.just(SECRET)).map(":".join), max_size=4).map(",".join))
def test_any_key_ring_is_accepted_or_refused_and_shows_no_key(text: str) -> None:
    try:
        ring = KeyRing.parse(text)
    except SettingsError as error:
        assert is_sentence(str(error), SECRET)  # noqa: PT017 - accepting it is right, too
    else:
        assert ring.decrypt(ring.newest, ring.encrypt(b"x")) == b"x"
        assert SECRET not in repr(ring)
