"""The default Telnyx account comes from the environment, the others from a TOML file."""

import base64
from pathlib import Path

import pytest

from runtime.settings import SettingsError, load

PUBLIC = base64.b64encode(b"p" * 32).decode()


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "accounts.toml"
    monkeypatch.setenv("HOSTED_SMS_ACCOUNTS", str(path))
    return path


def test_the_default_account_comes_from_the_telnyx_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELNYX_API_KEY", "KEYsesame")
    monkeypatch.setenv("TELNYX_BASE_URL", "http://localhost:1/v2")
    monkeypatch.setenv("TELNYX_PUBLIC_KEY", PUBLIC)
    account = load().telnyx_accounts()["default"]
    assert account.api_key.get_secret_value() == "KEYsesame"
    assert (account.base_url, account.public_key) == ("http://localhost:1/v2", PUBLIC)
    assert "KEYsesame" not in f"{account!r} {account}"


def test_the_error_without_accounts_names_both_settings() -> None:
    with pytest.raises(SettingsError, match=r"TELNYX_API_KEY.*HOSTED_SMS_ACCOUNTS"):
        load().telnyx_accounts()


def test_the_keys_of_other_accounts_come_from_the_file_or_from_key_files(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELNYX_API_KEY", "KEYdefault")
    monkeypatch.setenv("TELNYX_BASE_URL", "http://localhost:1/v2")
    secret = file.with_name("key")
    secret.write_text("KEYfromfile\n")
    file.write_text(
        f'[accounts.acme]\napi_key_file = "{secret}"\n'
        f'[accounts.beta]\napi_key = "KEYinline"\npublic_key = "{PUBLIC}"\nbase_url = "http://localhost:2/v2/"\n'
    )
    accounts = load().telnyx_accounts()
    assert list(accounts) == ["default", "acme", "beta"]
    assert accounts["acme"].api_key.get_secret_value() == "KEYfromfile"
    assert accounts["acme"].base_url == "http://localhost:1/v2"
    assert accounts["beta"].base_url == "http://localhost:2/v2"
    assert load().telnyx_public_keys() == {"beta": PUBLIC}


def test_public_keys_are_read_without_api_keys(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELNYX_PUBLIC_KEY", PUBLIC)
    file.write_text(f'[accounts.acme]\napi_key_file = "/nonexistent/key"\npublic_key = "{PUBLIC}"\n')
    assert load().telnyx_public_keys() == {"acme": PUBLIC, "default": PUBLIC}


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("[accounts.acme]", "has no api_key"),
        ('[accounts.acme]\napi_key = ""', "has an empty api_key"),
        ('[accounts.acme]\napi_key = "KEY sesame"', "api_key that is not a Telnyx API key"),
        ("[accounts.acme]\napi_key = 7", "has an empty api_key, or one that is not a text"),
        ('[accounts.acme]\napi_key = "KEYsesame"\napi_key_file = "k"', "both api_key and api_key_file"),
        ('[accounts.acme]\napi_key_file = "/nonexistent/k"', "api_key_file that does not exist"),
        ('[accounts.acme]\napi_key = "KEYsesame"\nbase_url = "telnyx"', "base_url that is not"),
        ('[accounts.acme]\napi_key = "KEYsesame"\npublic_key = "KEYsesame"', "public_key that is not"),
        ('[accounts.acme]\napikey = "KEYsesame"', "has 'apikey', which is no setting"),
        ('[accounts.default]\napi_key = "KEYsesame"', "comes from TELNYX_API_KEY"),
        ('[accounts.Default]\napi_key = "KEYsesame"', "comes from TELNYX_API_KEY"),
        ('[accounts.acme]\napi_key = "KEYsesame"\n[accounts.ACME]\napi_key = "KEYsesame"', "differs from 'ACME' only"),
        ('[accounts."a b"]\napi_key = "KEYsesame"', "must have a name of"),
        ('[accounts]\nacme = "KEYsesame"', "must be a table"),
        ("accounts = 1", "has no table [accounts.NAME]"),
        ('[acme]\napi_key = "KEYsesame"', "has no table [accounts.NAME]"),
        ('[accounts.acme]\napi_key = "KEYsesame', "is not valid TOML at end of document"),
        ("[accounts.acme]\napi_key = KEYsesame", "is not valid TOML at line 2"),
    ],
)
def test_each_mistake_in_the_file_is_one_sentence_without_the_key(file: Path, text: str, part: str) -> None:
    file.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load().telnyx_accounts()
    sentence = str(caught.value)
    assert part in sentence
    assert str(file) in sentence
    assert "KEYsesame" not in sentence
    assert "\n" not in sentence


def test_a_missing_file_is_refused(file: Path) -> None:
    with pytest.raises(SettingsError, match="does not exist"):
        load().telnyx_accounts()
    assert not file.exists()


def test_a_file_that_is_not_text_is_refused(file: Path) -> None:
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="not UTF-8 text"):
        load().telnyx_accounts()
