"""Each process needs some secrets, and says which of those that it was given it does not need."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from runtime import process_secrets
from runtime.process_secrets import CONSOLE, NEEDS, PROCESSES, WEBHOOKS, WORKER
from runtime.settings import Settings, variable

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"
EVERYTHING = Settings.model_validate(
    {
        "keys": "k1:secret",
        "fingerprint_key": "secret",
        "telnyx_api_key": "KEYsecret",
        "notify": "json://secret.example",
        "channels": "/etc/channels.toml",
    }
)


def test_the_table_of_the_page_is_fresh() -> None:
    advice = "run `python -m runtime.process_secrets`, and put what it prints into docs/operations.md"
    assert process_secrets.table() in OPERATIONS.read_text(), advice


def test_every_secret_stands_in_the_table() -> None:
    secret = {name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)}
    assert {variable(name) for name in secret} <= set(NEEDS)
    assert {process for needs in NEEDS.values() for process in needs} == set(PROCESSES)


def test_the_worker_alone_needs_everything() -> None:
    assert process_secrets.surplus(WORKER, EVERYTHING) == []
    assert set(NEEDS["TELNYX_API_KEY"]) == {WORKER}


def test_the_webhooks_need_no_file_with_the_keys_of_accounts(tmp_path: Path) -> None:
    file = tmp_path / "accounts.toml"
    for content, surplus in (('public_key = "x"', []), ('api_key = "KEYsecret"', ["HOSTED_SMS_ACCOUNTS with api_key"])):
        file.write_text(f"[accounts.acme]\n{content}\n")
        assert process_secrets.surplus(WEBHOOKS, Settings(accounts=file)) == surplus


@pytest.mark.parametrize(
    ("process", "surplus"),
    [
        (WEBHOOKS, ["TELNYX_API_KEY", "HOSTED_SMS_NOTIFY", "HOSTED_SMS_CHANNELS"]),
        (CONSOLE, [name for name in NEEDS if name not in {"HOSTED_SMS_KEYS", "HOSTED_SMS_ACCOUNTS"}]),
    ],
)
def test_a_secret_too_many_is_named_and_not_shown(process: str, surplus: list[str]) -> None:
    with capture_logs() as logs:
        process_secrets.warn_of_surplus(process, EVERYTHING)
        process_secrets.warn_of_surplus(process, Settings(keys=EVERYTHING.keys))
    [line] = logs
    assert (line["event"], line["settings"]) == ("secrets_not_needed", surplus)
    assert "secret." not in str(line)
