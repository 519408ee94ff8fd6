"""A secret may stand in a file: it is used as if it stood in the variable, and each mistake is one sentence."""

import base64
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from runtime import settings
from runtime.connection import temporal_config
from runtime.secret_files import MOST_BYTES
from runtime.setting_fields import SECRETS
from runtime.settings import Settings, SettingsError, load, variable

KEY = base64.b64encode(b"sesame" * 5 + b"se").decode()
VALUES = {"HOSTED_SMS_KEYS": f"k1:{KEY}", "HOSTED_SMS_NOTIFY": "json://sesame.example", "TELNYX_API_KEY": "KEYsesame"}


def refusal() -> str:
    with pytest.raises(SettingsError) as caught:
        load()
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert not [secret for secret in ("sesame", KEY[:9]) if secret in sentence]
    return sentence


def test_every_secret_may_stand_in_a_file() -> None:
    secret = {name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)}
    assert secret <= set(SECRETS)


@pytest.mark.parametrize("field", SECRETS)
def test_a_secret_in_a_file_is_the_one_in_the_variable(
    field: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    name, file = variable(field), tmp_path / "mounted"
    value = VALUES.get(name, KEY)
    monkeypatch.setenv(name, value)
    expected = getattr(load(), field)
    monkeypatch.delenv(name)
    (tmp_path / "..data").write_text(f"{value}\r\n")
    file.symlink_to(tmp_path / "..data")  # as Kubernetes mounts a secret
    monkeypatch.setenv(f"{name}_FILE", str(file))

    assert getattr(load(), field) == expected
    assert value not in os.environ.values()
    monkeypatch.setenv(name, value)
    assert f"{name}_FILE is set, and {name} as well" in refusal()
    monkeypatch.setenv(name, "")
    assert getattr(load(), field) == expected


def test_the_key_of_temporal_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("sesame\n")
    monkeypatch.setenv("TEMPORAL_API_KEY_FILE", str(tmp_path / "key"))
    load()
    assert (temporal_config()["api_key"], temporal_config()["tls"]) == ("sesame", True)
    monkeypatch.setenv("TEMPORAL_API_KEY", "sesame")
    assert "TEMPORAL_API_KEY_FILE" in refusal()


def missing(path: Path) -> None:
    del path


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def written(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


UNFIT: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (missing, "does not exist"),
    "a folder": (Path.mkdir, "is a folder"),
    "a pipe": (a_pipe, "is a pipe"),
    "endless": (endless, "is a device"),
    "empty": (written(b""), "empty"),
    "blank": (written(b" \n"), "empty"),
    "too large": (written(b"KEYsesame" * MOST_BYTES), "bytes"),
    "no text": (written("KEYsesame".encode("utf-16")), "UTF-8"),
    "byte order mark": (written(b"\xef\xbb\xbfKEYsesame"), "byte order mark"),
    "a wrong value": (written(b"KEY\nsesame"), "a Telnyx API key"),
}


@pytest.mark.parametrize("kind", UNFIT)
def test_a_file_that_holds_no_secret_is_refused(kind: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    make, part = UNFIT[kind]
    make(tmp_path / "key")
    monkeypatch.setenv("TELNYX_API_KEY_FILE", str(tmp_path / "key"))

    assert (sentence := refusal()).startswith("TELNYX_API_KEY_FILE ")
    assert part in sentence


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("HOSTED_SMS_ACCOUNTS_FILE", "HOSTED_SMS_ACCOUNTS "),  # it is the path of a file already
        ("TELNYX_BASE_URL_FILE", "TELNYX_BASE_URL "),
        ("TEMPORAL_ADDRESS_FILE", "TEMPORAL_ADDRESS "),
        ("HOSTED_SMS_KEY_FILE", "HOSTED_SMS_KEYS_FILE"),
        ("TELNYX_APIKEY_FILE", "TELNYX_API_KEY_FILE"),
        ("TEMPORAL_APIKEY_FILE", "TEMPORAL_API_KEY_FILE"),
    ],
)
def test_a_file_that_nothing_reads_is_never_passed_over(
    name: str, named: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(name, str(tmp_path))
    assert named in refusal()


def test_a_value_from_a_file_is_as_hidden_as_one_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text("KEYsesame")
    monkeypatch.setenv("TELNYX_API_KEY_FILE", str(tmp_path / "key"))
    seen = load()
    assert seen.telnyx_api_key == SecretStr("KEYsesame")
    assert "sesame" not in f"{seen!r} {seen.model_dump_json()}"
    assert settings.variable("telnyx_api_key") == "TELNYX_API_KEY"
