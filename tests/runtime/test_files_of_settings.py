"""No file that a setting names can hang a process or fill its memory."""

import os
from pathlib import Path

import pytest

from runtime.connection import temporal_config
from runtime.settings import SettingsError, load

NAMED_BY = [
    "HOSTED_SMS_ACCOUNTS",
    "HOSTED_SMS_CHANNELS",
    "SSL_CERT_FILE",
    "TEMPORAL_CONFIG_FILE",
    "TEMPORAL_TLS_CLIENT_CERT_PATH",
    "TEMPORAL_TLS_CLIENT_KEY_PATH",
    "TEMPORAL_TLS_SERVER_CA_CERT_PATH",
]


def read_everything() -> None:
    settings = load()
    settings.telnyx_accounts()
    settings.recipients()
    temporal_config()


@pytest.fixture
def pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TELNYX_API_KEY", "KEYsesame")
    os.mkfifo(tmp_path / "pipe")
    return tmp_path / "pipe"


@pytest.mark.parametrize("name", NAMED_BY)
@pytest.mark.timeout(60)
def test_a_setting_that_names_no_file_is_refused_at_once(
    pipe: Path, monkeypatch: pytest.MonkeyPatch, subtests: pytest.Subtests, name: str
) -> None:
    for path in (os.fspath(pipe), "/dev/zero"):
        monkeypatch.setenv(name, path)
        with subtests.test(path), pytest.raises(SettingsError, match=path):
            read_everything()


@pytest.mark.parametrize("key", ["api_key_file", "public_key_file"])
@pytest.mark.timeout(60)
def test_a_key_file_that_is_a_pipe_or_a_device_is_refused_at_once(
    pipe: Path, monkeypatch: pytest.MonkeyPatch, subtests: pytest.Subtests, key: str
) -> None:
    accounts, other = pipe.with_name("accounts.toml"), "" if key == "api_key_file" else 'api_key = "KEYsesame"'
    monkeypatch.setenv("HOSTED_SMS_ACCOUNTS", os.fspath(accounts))
    for path in (os.fspath(pipe), "/dev/zero"):
        accounts.write_text(f'[accounts.acme]\n{other}\n{key} = "{path}"\n')
        with subtests.test(path), pytest.raises(SettingsError, match=f"has a {key} that is a"):
            read_everything()
