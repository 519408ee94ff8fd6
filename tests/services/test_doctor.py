"""The doctor: one finding for each check, each with what to do."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from runtime.setting_values import SettingsError
from runtime.settings import Settings
from services import doctor
from services.doctor import Finding
from tests.services.fixtures import FINGERPRINT_KEY, KEYS, Begin


async def _findings(load: Callable[[], Settings], **said: Any) -> dict[str, Finding]:
    return {finding.check: finding async for finding in doctor.examine(load=load, **said)}


@pytest.fixture
def environment(
    dev_server: WorkflowEnvironment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., Settings]:
    """The settings of a process that talks to this server, in the namespace given."""

    def enter(namespace: str = "default", keys: str | None = KEYS) -> Settings:
        monkeypatch.setenv("TEMPORAL_ADDRESS", dev_server.client.service_client.config.target_host)
        monkeypatch.setenv("TEMPORAL_NAMESPACE", namespace)
        return Settings(
            keys=SecretStr(keys) if keys else None,
            fingerprint_key=SecretStr(FINGERPRINT_KEY),
            document_store=f"file://{tmp_path}/documents",
            plaintext=keys is None,
        )

    return enter


@pytest.mark.usefixtures("client")
async def test_everything_right_is_ok(environment: Callable[..., Settings]) -> None:
    settings = environment()

    found = await _findings(lambda: settings, profile="profile-1")

    # The stand-in worker serves workflows only, so the queue of Telnyx calls is what is missing.
    assert {check: finding.level for check, finding in found.items()} == {
        "settings": "ok",
        "document store": "ok",
        "Temporal": "ok",
        "search attributes": "ok",
        "key ring": "ok",
        "worker": "fail",
        "stuck requests": "ok",
        "accounts": "ok",
        "Telnyx (default)": "ok",
    }
    assert "hosted-sms-telnyx" in found["worker"].sentence
    assert found["worker"].remedy


@pytest.mark.usefixtures("silent")
async def test_no_worker_is_named_and_telnyx_not_asked(environment: Callable[..., Settings]) -> None:
    settings = environment("silent")

    found = await _findings(lambda: settings)

    assert (found["worker"].level, found["worker"].silent) == ("fail", True)
    assert found["Telnyx (default)"].level == "warn"


@pytest.mark.usefixtures("client")
async def test_an_unknown_profile_and_a_missing_webhook_are_told(environment: Callable[..., Settings]) -> None:
    settings = environment()

    assert (await _findings(lambda: settings, profile="unknown"))["Telnyx (default)"].level == "fail"
    hookless = (await _findings(lambda: settings, profile="hookless"))["Telnyx (default)"]
    assert hookless.level == "warn"
    assert "no webhook" in hookless.sentence


async def test_a_key_that_does_not_fit_the_namespace_is_found(
    silent: Client, environment: Callable[..., Settings], begin: Begin
) -> None:
    await begin(silent)
    settings = environment("silent", keys=KEYS.replace("test:", "other:"))

    found = await _findings(lambda: settings)

    assert found["key ring"].level == "fail"
    assert "'test'" in found["key ring"].sentence


@pytest.mark.usefixtures("dev_server")
async def test_a_fresh_namespace_without_search_attributes_names_the_remedy(
    environment: Callable[..., Settings],
) -> None:
    settings = environment("bare", keys=None)

    found = await _findings(lambda: settings)

    assert found["search attributes"].remedy == "run `hosted-sms setup`"
    assert found["key ring"].level == "warn"


async def test_wrong_settings_end_the_examination_with_their_sentence() -> None:
    def load() -> Settings:
        raise SettingsError("HOSTED_SMS_KEYS holds no key: give it at least one as id:base64.")

    found = await _findings(load)

    assert list(found) == ["settings"]
    assert "HOSTED_SMS_KEYS" in found["settings"].sentence


async def test_a_server_that_is_away_is_silence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
    settings = Settings(
        keys=SecretStr(KEYS), fingerprint_key=SecretStr(FINGERPRINT_KEY), document_store=f"file://{tmp_path}"
    )

    found = await _findings(lambda: settings)

    assert (found["Temporal"].level, found["Temporal"].silent) == ("fail", True)
    assert "127.0.0.1:1" in found["Temporal"].sentence


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize(
    ("account", "level", "sentence"),
    [
        ("default", "ok", "looks after each of the 3 open orders"),
        ("busy", "ok", "may be placing these just now, so leave them alone: order-8 (`hosted-sms show r-1`)."),
        ("messy", "warn", "1 of 3 open orders: order-9 (pending, 2 numbers)"),
        ("closed", "fail", "The key was refused."),
    ],
)
async def test_open_orders_without_a_request_are_named_when_asked_for(
    environment: Callable[..., Settings], account: str, level: str, sentence: str
) -> None:
    settings = environment()

    found = await _findings(lambda: settings, account=account, orphans=True)

    assert found[f"orphans ({account})"].level == level
    assert sentence in found[f"orphans ({account})"].sentence
    assert f"orphans ({account})" not in await _findings(lambda: settings, account=account)
