"""The doctor has one finding for each check, with what to do."""

import asyncio
import base64
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.worker_probe import WorkerProbeActivities
from domain import names
from domain.messages import HostingRequest
from runtime import connection
from runtime.document_store import DocumentStore
from runtime.fingerprints import Fingerprints
from runtime.setting_values import SettingsError
from runtime.settings import Settings
from services import doctor, doctor_keys, server_state, short_workflows
from services.doctor import Finding
from services.doctor_checks import CheckResult
from services.errors import WorkerSilent
from tests import limits
from tests.services.fixtures import FINGERPRINT_KEY, KEYS, Begin, Prepared
from workflows.check_numbers import ProbeWorker

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

    # The stand-in worker serves workflows alone, so the queues of Telnyx calls and looks are missing.
    assert {check: finding.level for check, finding in found.items()} == {
        "settings": "ok",
        "document store": "ok",
        "Temporal": "ok",
        "search attributes": "ok",
        "worker": "fail",
        "stuck requests": "ok",
        "accounts": "ok",
        "lists of orders": "ok",
        "key ring": "ok",
        "fingerprint key": "ok",
        "keys and store of a worker": "ok",
        "Telnyx (default)": "ok",
    }
    assert "hosted-sms-telnyx, hosted-sms-looks" in found["worker"].sentence
    assert found["worker"].remedy


@pytest.mark.usefixtures("silent")
async def test_without_a_worker_telnyx_is_not_asked(environment: Environment) -> None:
    found = await _findings(environment("silent"))

    assert (found["worker"].level, found["worker"].silent) == ("fail", True)
    assert found["Telnyx (default)"].level == "warn"


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize(("profile", "level"), [("unknown", "fail"), ("hookless", "warn"), ("elsewhere", "warn")])
async def test_an_unknown_profile_and_a_missing_webhook_are_found(
    environment: Environment, profile: str, level: str
) -> None:
    assert (await _findings(environment(), profile=profile))["Telnyx (default)"].level == level


async def test_the_webhook_of_the_profile_in_use_is_looked_at(
    client: Client, environment: Environment, begin: Begin, reference: str
) -> None:
    await begin(client, account=reference, messaging_profile_id="elsewhere")
    await _listed(client, reference)

    found = (await _findings(environment(), account=reference))[f"Telnyx ({reference})"]

    assert (found.level, "A wrong path." in found.sentence) == ("warn", True)


@pytest.mark.parametrize("keys", [KEYS.replace("test:", "other:"), None])
async def test_keys_that_do_not_fit_the_namespace_are_found_although_the_newest_request_is_plain(
    silent: Client, environment: Environment, begin: Begin, prepared: Prepared, keys: str | None
) -> None:
    reference = (await begin(silent)).reference
    await _listed(silent, reference)
    plain = await prepared(reference=f"{reference}-plain")
    await _start_plain(silent, plain.request)

    found = (await _findings(environment("silent", keys=keys)))["key ring"]

    assert found.level == "fail"
    assert "'test'" in found.sentence


async def test_keys_are_found_in_what_programs_start_without_a_memo(
    silent: Client, environment: Environment, prepared: Prepared, reference: str
) -> None:
    """Its input alone is encrypted, under a key that nothing else uses."""
    config, request = silent.config(), (await prepared()).request
    config["data_converter"] = connection.data_converter(environment(keys=KEYS.replace("test:", "rare:")))
    workflow_id = names.workflow_id(reference)
    await Client(**config).start_workflow(names.WORKFLOW_TYPE, request, id=workflow_id, task_queue=names.LOCAL_QUEUE)
    await _listed(silent, reference)

    found = (await _findings(environment("silent")))["key ring"]

    await silent.get_workflow_handle(workflow_id).terminate()
    assert found.level == "fail"
    assert f"{reference} cannot be read" in found.sentence


async def test_another_fingerprint_key_is_found(
    silent: Client, environment: Environment, begin: Begin, reference: str
) -> None:
    await begin(silent)
    await _listed(silent, reference)
    settings = environment("silent")
    other = settings.model_copy(update={"fingerprint_key": SecretStr(base64.b64encode(b"w" * 32).decode())})

    found = (await _findings(other))["fingerprint key"]

    assert found.level == "fail"
    assert reference in found.sentence


async def _listed(client: Client, reference: str) -> None:
    """Waits until the server's index has a request."""
    query = f"WorkflowId = '{names.workflow_id(reference)}'"
    async with asyncio.timeout(limits.WAIT):
        while not [run async for run in client.list_workflows(query)]:  # noqa: ASYNC110 - no event
            await asyncio.sleep(0.02)


async def _start_plain(client: Client, request: HostingRequest) -> None:
    config, workflow_id = client.config(), names.workflow_id(request.reference)
    config["data_converter"] = pydantic_data_converter
    plain = Client(**config)
    await plain.start_workflow(names.WORKFLOW_TYPE, request, id=workflow_id, task_queue=names.LOCAL_QUEUE)
    await _listed(client, request.reference)


@pytest.mark.parametrize(
    ("store_url", "key", "key_ids", "level", "named"),
    [
        (None, b"f", ["test", "w1"], "ok", "test, w1"),
        (None, b"f", [], "ok", "has its keys"),  # a worker of an earlier version names none
        ("memory://", b"f", ["test"], "fail", "does not see"),
        (None, b"w", ["test"], "fail", "HOSTED_SMS_FINGERPRINT_KEY"),
        (None, b"f", ["k1", "w1"], "fail", "lacks test"),
    ],
)
async def test_a_worker_with_another_store_or_key_is_found(  # noqa: PLR0913, PLR0917 - the worker's and what is found
    dev_server: WorkflowEnvironment,
    environment: Environment,
    store_url: str | None,
    key: bytes,
    key_ids: list[str],
    level: str,
    named: str,
) -> None:
    config, settings = dev_server.client.config(), environment()
    config["namespace"] = "fresh"
    client = Client(**config)
    store = DocumentStore.from_url(store_url or settings.document_store)
    activity = WorkerProbeActivities(store, Fingerprints(key * 32), "one", key_ids).probe_worker
    async with Worker(client, task_queue=names.LOCAL_QUEUE, workflows=[ProbeWorker], activities=[activity]):
        async with asyncio.timeout(limits.WAIT):
            while not await server_state.has_pollers(client, names.LOCAL_QUEUE):  # noqa: ASYNC110 - no event
                await asyncio.sleep(0.02)
        found = await doctor_keys.worker(client, settings)

    assert (found.level, named in found.sentence) == (level, True)
    assert await DocumentStore.from_url(settings.document_store).untouched_since(datetime.max.replace(tzinfo=UTC)) == []


async def test_a_process_without_a_fingerprint_key_is_examined_as_well(environment: Environment) -> None:
    found = await _findings(environment().model_copy(update={"fingerprint_key": None}))

    assert (found["settings"].level, found["fingerprint key"].level) == ("ok", "ok")
    assert "HOSTED_SMS_FINGERPRINT_KEY" in found["fingerprint key"].sentence


async def test_a_worker_that_does_not_answer_is_not_explained_by_the_doctor(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its sentences name the doctor, which is running."""

    async def silent(*_: object) -> None:
        raise WorkerSilent("No worker answered within 10 s")

    monkeypatch.setattr(short_workflows, "run", silent)
    found = await _findings(environment(), orphans=True)
    asked = [finding for finding in found.values() if finding.silent]

    assert {"Telnyx (default)", "orphans (default)", "keys and store of a worker"} <= {one.check for one in asked}
    assert not [one for one in asked if "hosted-sms doctor" in f"{one.sentence} {one.remedy}"]
    assert all(one.remedy for one in asked)


async def test_a_check_that_dies_is_a_finding_and_ends_no_other() -> None:
    async def dies() -> CheckResult:
        raise ZeroDivisionError("by nothing\nat line 7")

    found = await doctor._checked("store", dies())

    assert (found.level, found.silent) == ("fail", False)
    assert "ZeroDivisionError: by nothing)" in found.sentence


async def test_a_check_that_hangs_ends_as_no_answer() -> None:
    found = await doctor._checked("store", asyncio.Event().wait(), within=0.01)  # type: ignore[arg-type]  # never ends

    assert (found.level, found.silent) == ("fail", True)


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
