"""The refusal of a secret names what came along when it was pasted or saved, wherever the secret stands."""

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from runtime.accounts import read_accounts
from runtime.connection import data_converter, temporal_config
from runtime.fingerprints import Fingerprints
from runtime.recipients_file import read_recipients
from runtime.secret_flaws import flaw
from runtime.settings import SettingsError, load
from runtime.variables import files_of_secrets

KEY = base64.b64encode(b"sesame" * 5 + b"se").decode()
FLAWS: dict[str, tuple[Callable[[str], str], str]] = {
    "byte order mark": (lambda key: f"\ufeff{key}", "byte order mark"),
    "Bearer": (lambda key: f"Bearer {key}", "Bearer"),
    "typographic quotes": (lambda key: f"“{key}”", "quotes"),
    "quotes": (lambda key: f'"{key}"', "quotes"),
    "zero-width space": (lambda key: f"{key[:9]}\u200b{key[9:]}", "U+200B"),
    "typographic dash": (lambda key: f"{key[:9]}\u2013{key[9:]}", "U+2013"),
}


def from_environment(name: str) -> Callable[[str, pytest.MonkeyPatch, Path], object]:
    def read(secret: str, monkeypatch: pytest.MonkeyPatch, _: Path) -> object:
        monkeypatch.setenv(name, secret)
        settings = load()
        return (data_converter(settings), Fingerprints.from_settings(settings), temporal_config())

    return read


def from_secret_file(name: str) -> Callable[[str, pytest.MonkeyPatch, Path], object]:
    def read(secret: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> object:
        (folder / "secret").write_text(f"{secret}\n", encoding="utf-8")
        monkeypatch.delenv(name.removesuffix("_FILE"), raising=False)
        return from_environment(name)(str(folder / "secret"), monkeypatch, folder)

    return read


def from_file(entry: str, *, kind: str) -> Callable[[str, pytest.MonkeyPatch, Path], object]:
    """The secret stands in the TOML file itself, or in a file of its own when the entry ends with `_file`."""

    def read(secret: str, _: pytest.MonkeyPatch, folder: Path) -> object:
        (folder / "secret").write_text(secret, encoding="utf-8")
        value = str(folder / "secret") if entry.endswith("_file") else secret
        file = folder / "settings.toml"
        if kind == "accounts":
            needed = {"api_key": "KEY1", "base_url": "https://telnyx.test/v2"}
            needed = {name: text for name, text in needed.items() if not entry.startswith(name)}
            file.write_text(f"[accounts.acme]\n{_toml(needed | {entry: value})}", encoding="utf-8")
            return read_accounts(file, None, base_url="https://telnyx.test/v2")
        file.write_text(f"[[webhooks]]\n{_toml({'url': 'https://crm.test', entry: value})}", encoding="utf-8")
        return read_recipients(None, file)

    return read


def _toml(values: dict[str, str]) -> str:
    return "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in values.items())


PLACES = {
    "TELNYX_API_KEY": from_environment("TELNYX_API_KEY"),
    "TELNYX_PUBLIC_KEY": from_environment("TELNYX_PUBLIC_KEY"),
    "HOSTED_SMS_FINGERPRINT_KEY": from_environment("HOSTED_SMS_FINGERPRINT_KEY"),
    "HOSTED_SMS_KEYS": from_environment("HOSTED_SMS_KEYS"),
    "TEMPORAL_API_KEY": from_environment("TEMPORAL_API_KEY"),
    **{name: from_secret_file(name) for name in sorted(files_of_secrets() - {"HOSTED_SMS_NOTIFY_FILE"})},
    "api_key": from_file("api_key", kind="accounts"),
    "api_key_file": from_file("api_key_file", kind="accounts"),
    "public_key": from_file("public_key", kind="accounts"),
    "public_key_file": from_file("public_key_file", kind="accounts"),
    "secret": from_file("secret", kind="recipients"),
    "secret_file": from_file("secret_file", kind="recipients"),
}


@pytest.mark.parametrize("place", PLACES)
def test_the_refusal_names_what_came_along(
    place: str, subtests: pytest.Subtests, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("HOSTED_SMS_KEYS", "HOSTED_SMS_FINGERPRINT_KEY"):
        monkeypatch.setenv(name, {"HOSTED_SMS_KEYS": f"k1:{KEY}"}.get(name, KEY))
    secret = {
        "HOSTED_SMS_KEYS": f"k1:{KEY}",
        "HOSTED_SMS_KEYS_FILE": f"k1:{KEY}",
        "secret": f"whsec_{KEY}",
        "secret_file": f"whsec_{KEY}",
    }.get(place, KEY)
    PLACES[place](secret, monkeypatch, tmp_path)
    for flawed, (spoil, named) in FLAWS.items():
        with subtests.test(flawed):
            with pytest.raises(SettingsError) as caught:
                PLACES[place](spoil(secret), monkeypatch, tmp_path)
            sentence = str(caught.value)
            assert place in sentence
            assert named in sentence
            assert "\n" not in sentence
            assert KEY[:9] not in sentence
            assert KEY[9:] not in sentence


def test_a_key_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY, encoding="utf-16")
    file = tmp_path / "accounts.toml"
    file.write_text(f"[accounts.acme]\napi_key_file = '{tmp_path / 'key'}'")
    with pytest.raises(SettingsError, match="UTF-8"):
        read_accounts(file, None, base_url="https://telnyx.test/v2")


@pytest.mark.parametrize("secret", [KEY, "KEY0123_abc-DEF", "", f" {KEY}\n", f"k1:{KEY},k2:{KEY}"])
def test_a_plain_secret_has_no_flaw(secret: str) -> None:
    assert flaw(secret) is None
