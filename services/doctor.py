"""Checks an installation part by part: what works, what does not, and what to do about it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict
from typing import Literal

from pydantic import BaseModel

from runtime import connection
from runtime import settings as runtime_settings
from runtime.document_store import DocumentStore
from runtime.error_text import first_line
from runtime.fingerprints import Fingerprints
from runtime.setting_values import SettingsError
from runtime.settings import Settings
from services import doctor_checks, doctor_keys, doctor_orphans, preflight
from services.doctor_checks import CheckResult
from services.endings import Ending, ending_of
from services.errors import WorkerSilent

_WITHIN = 60.0
"""Seconds that one check may take. Each of its calls has a shorter limit, but not every store does."""
_ORPHANS_WITHIN = 60.0 + preflight.ORPHANS_LIMIT.total_seconds()

_SILENT_WORKER = "start one with `python worker.py`; look at the log of one that runs"


class Finding(BaseModel):
    """What one check found; `remedy` is empty when there is nothing to do."""

    check: str
    level: Literal["ok", "warn", "fail"]
    sentence: str
    remedy: str = ""
    silent: bool = False
    """True when it failed because a service or worker did not answer."""


async def examine(
    *,
    account: str = "default",
    profile: str = "",
    orphans: bool = False,
    load: Callable[[], Settings] = runtime_settings.load,
) -> AsyncIterator[Finding]:
    """Yields one finding for each check. The checks that need Temporal are left out when it cannot be reached.

    Args:
        account: the Telnyx account whose key is tried.
        profile: a messaging profile whose webhook is looked at. Empty: none.
        orphans: whether the open orders of the account are compared with the running requests, which takes a while.
        load: reads the settings.
    """
    try:
        settings = load()
        if settings.fingerprint_key is not None:
            Fingerprints.from_settings(settings)
        connection.data_converter(settings)
    except SettingsError as error:
        yield _failed("settings", error)
        return
    yield _finding("settings", doctor_checks.ok("Every setting can be read, and the keys are well-formed."))
    yield await _checked("document store", _document_store(settings))
    try:
        client = await connection.connect(settings)
    except Exception as error:  # noqa: BLE001 - without a connection nothing more can be checked
        yield _failed("Temporal", error)
        return
    where = f"{client.service_client.config.target_host}, namespace {client.namespace}"
    yield _finding("Temporal", doctor_checks.ok(f"The server answers ({where})."))
    for name, check in doctor_checks.OF_THE_NAMESPACE.items():
        yield await _checked(name, check(client))
    for name, comparison in doctor_keys.CHECKS.items():
        yield await _checked(name, comparison(client, settings))
    yield await _checked(f"Telnyx ({account})", doctor_checks.telnyx(client, account, profile))
    if orphans:
        yield await _checked(f"orphans ({account})", doctor_orphans.orphans(client, account), within=_ORPHANS_WITHIN)


async def _document_store(settings: Settings) -> CheckResult:
    await DocumentStore.from_url(settings.document_store).probe()
    return doctor_checks.ok(f"{settings.document_store} can be written, read and deleted from.")


async def _checked(name: str, check: Awaitable[CheckResult], *, within: float = _WITHIN) -> Finding:
    """The finding of a check. An error is a finding, too, so that the checks after it are still made."""
    try:
        async with asyncio.timeout(within):
            return _finding(name, await check)
    except Exception as error:  # noqa: BLE001 - a check may die of anything
        return _failed(name, error)


def _finding(name: str, found: CheckResult) -> Finding:
    return Finding(check=name, **asdict(found))


def _failed(name: str, error: Exception) -> Finding:
    if isinstance(error, TimeoutError):
        return Finding(check=name, level="fail", sentence="It did not end in time.", silent=True)
    if isinstance(error, WorkerSilent):  # its own remedy is to run the doctor
        return Finding(check=name, level="fail", sentence=f"{error.what}.", remedy=_SILENT_WORKER, silent=True)
    ending = ending_of(error)
    sentence = str(error)
    if ending is Ending.FAULT:
        sentence = f"The check itself failed ({type(error).__name__}: {first_line(error)})."
    return Finding(check=name, level="fail", sentence=sentence, silent=ending is Ending.NO_ANSWER)
