"""The doctor has one finding for each check, with what to do."""

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

Environment = Callable[..., Settings]


async def _findings(settings: Settings, **options: Any) -> dict[str, Finding]:
    return {finding.check: finding async for finding in doctor.examine(load=lambda: settings, **options)}


@pytest.fixture
def environment(dev_server: WorkflowEnvironment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Environment:
    """The settings of a process that uses this server, in the namespace given."""

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
async def test_everything_right_is_ok(environment: Environment) -> None:
    found = await _findings(environment(), profile="profile-1")

    # The stand-in worker serves workflows alone, so the queue of Telnyx calls is missing.
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
async def test_without_a_worker_telnyx_is_not_asked(environment: Environment) -> None:
    found = await _findings(environment("silent"))

    assert (found["worker"].level, found["worker"].silent) == ("fail", True)
    assert found["Telnyx (default)"].level == "warn"


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize(("profile", "level"), [("unknown", "fail"), ("hookless", "warn")])
async def test_an_unknown_profile_and_a_missing_webhook_are_found(
    environment: Environment, profile: str, level: str
) -> None:
    assert (await _findings(environment(), profile=profile))["Telnyx (default)"].level == level


async def test_a_key_that_does_not_fit_the_namespace_is_found(
    silent: Client, environment: Environment, begin: Begin
) -> None:
    await begin(silent)

    found = await _findings(environment("silent", keys=KEYS.replace("test:", "other:")))

    assert found["key ring"].level == "fail"
    assert "'test'" in found["key ring"].sentence


@pytest.mark.usefixtures("dev_server")
async def test_a_namespace_without_search_attributes_or_encryption_is_found(environment: Environment) -> None:
    found = await _findings(environment("bare", keys=None))

    assert (found["search attributes"].level, found["key ring"].level) == ("fail", "warn")
    assert "hosted-sms setup" in found["search attributes"].remedy


async def test_wrong_settings_end_the_examination() -> None:
    def load() -> Settings:
        raise SettingsError("HOSTED_SMS_KEYS holds no key.")

    [finding] = [finding async for finding in doctor.examine(load=load)]

    assert (finding.check, finding.level, finding.sentence) == ("settings", "fail", "HOSTED_SMS_KEYS holds no key.")


async def test_a_server_that_is_away_ends_it_as_well(monkeypatch: pytest.MonkeyPatch, environment: Environment) -> None:
    settings = environment()
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")

    found = await _findings(settings)

    assert (list(found)[-1], found["Temporal"].level, found["Temporal"].silent) == ("Temporal", "fail", True)
    assert "127.0.0.1:1" in found["Temporal"].sentence


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize(
    ("account", "level", "named"),
    [
        ("default", "ok", "Open orders: 3."),
        ("busy", "ok", "order-8 (`hosted-sms show r-1`)"),
        ("messy", "warn", "order-9 (pending, 2 numbers)"),
        ("closed", "fail", "The key was refused."),
    ],
)
async def test_open_orders_without_a_request_are_named_when_asked_for(
    environment: Environment, account: str, level: str, named: str
) -> None:
    settings = environment()

    found = await _findings(settings, account=account, orphans=True)

    assert found[f"orphans ({account})"].level == level
    assert named in found[f"orphans ({account})"].sentence
    remedies = found[f"orphans ({account})"].remedy.split("; ")
    assert ["order-9" in remedies[0], "order-7" in remedies[-1]] == [account == "messy"] * 2
    assert ("support" in remedies[-1]) == (account == "messy"), "no one may delete an order with an active number"
    assert f"orphans ({account})" not in await _findings(settings, account=account)
