"""Examines an installation, part by part: what works, what does not, and what to do about it."""

from collections.abc import AsyncIterator, Callable
from typing import Literal

from pydantic import BaseModel
from temporalio.client import Client
from temporalio.service import RPCError

from domain import command_hints, names
from domain.checks import OrphansReport
from runtime import connection
from runtime import settings as runtime_settings
from runtime.codec import UndecryptablePayload
from runtime.connection import CannotReachTemporal
from runtime.document_errors import DocumentError
from runtime.document_store import DocumentStore
from runtime.fingerprints import Fingerprints
from runtime.setting_values import SettingsError
from runtime.settings import Settings
from services import accounts, preflight, request_list, server_state, setup, stuck_requests
from services.errors import NoAnswer, ServiceError
from workflows import search_attributes as attributes

_START_A_WORKER = "start one with `python worker.py`"


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
    """Yields one finding for each check; what needs Temporal is left out when it cannot be reached.

    Args:
        account: whose Telnyx key is tried.
        profile: a messaging profile whose webhook is looked at; empty leaves that out.
        orphans: whether the account's open orders are compared with the running requests, which takes a while.
        load: reads the settings.
    """
    try:
        settings = load()
        Fingerprints.from_settings(settings)
        connection.data_converter(settings)
    except SettingsError as error:
        yield _failed("settings", error)
        return
    yield Finding(check="settings", level="ok", sentence="Every setting can be read, and the keys are well-formed.")
    yield await _store(settings)
    try:
        client = await connection.connect(settings)
    except (CannotReachTemporal, SettingsError) as error:
        yield _failed("Temporal", error, silent=isinstance(error, CannotReachTemporal))
        return
    yield _temporal(client)
    for check in (_search_attributes, _key_ring, _worker, _stuck, _accounts):
        yield await check(client)
    yield await _telnyx(client, account, profile)
    if orphans:
        yield await _orphans(client, account)


def _temporal(client: Client) -> Finding:
    where = f"{client.service_client.config.target_host}, namespace {client.namespace}"
    return Finding(check="Temporal", level="ok", sentence=f"The server answers ({where}).")


async def _search_attributes(client: Client) -> Finding:
    check = "search attributes"
    try:
        missing = [key.name for key in await setup.missing_attributes(client)]
    except ServiceError as error:
        return _failed(check, error)
    except RPCError:
        remedy = "`hosted-sms setup` prints the commands that add them"
        sentence = "The server does not let this client see which are registered."
        return Finding(check=check, level="warn", sentence=sentence, remedy=remedy)
    if missing:
        sentence = f"Missing: {', '.join(missing)}."
        return Finding(check=check, level="fail", sentence=sentence, remedy="run `hosted-sms setup`")
    return Finding(check=check, level="ok", sentence=f"All {len(attributes.ALL)} are registered.")


async def _worker(client: Client) -> Finding:
    """Looks at every queue that a worker must ask: workflows and local work, and the calls to Telnyx."""
    queues = ((names.LOCAL_QUEUE, False), (names.TELNYX_QUEUE, True))
    try:
        silent = [queue for queue, kind in queues if not await server_state.has_pollers(client, queue, activities=kind)]
    except ServiceError as error:
        return _failed("worker", error, silent=isinstance(error, NoAnswer))
    if silent:
        sentence = f"No worker asks for work on {' and '.join(silent)}: requests wait, nothing is lost."
        return Finding(check="worker", level="fail", sentence=sentence, remedy=_START_A_WORKER, silent=True)
    return Finding(check="worker", level="ok", sentence="A worker asks for work on both queues.")


async def _stuck(client: Client) -> Finding:
    check = "stuck requests"
    try:
        found = await stuck_requests.stuck(client)
    except NoAnswer as error:
        return _failed(check, error, silent=True)
    except ServiceError as error:
        return Finding(check=check, level="warn", sentence=str(error), remedy=stuck_requests.LOOK_YOURSELF)
    if not found:
        return Finding(check=check, level="ok", sentence="No request stands still at a failing worker.")
    return Finding(
        check=check, level="fail", sentence=stuck_requests.sentence(found), remedy=stuck_requests.remedy(found)
    )


async def _accounts(client: Client) -> Finding:
    try:
        stopped = await accounts.stopped(client)
    except ServiceError as error:
        return _failed("accounts", error, silent=isinstance(error, NoAnswer))
    if not stopped:
        return Finding(check="accounts", level="ok", sentence="No Telnyx account is stopped.")
    sentence = f"Telnyx refuses {', '.join(stopped)}: all requests of that account wait."
    remedy = f"mend key, balance or permission, then `{command_hints.resume(stopped[0])}`"
    return Finding(check="accounts", level="fail", sentence=sentence, remedy=remedy)


async def _store(settings: Settings) -> Finding:
    try:
        await DocumentStore.from_url(settings.document_store).probe()
    except SettingsError as error:
        return _failed("document store", error)
    except DocumentError as error:
        return _failed("document store", error, silent=True)
    sentence = f"{settings.document_store} can be written, read and deleted from."
    return Finding(check="document store", level="ok", sentence=sentence)


async def _key_ring(client: Client) -> Finding:
    """Encrypts and decrypts, and reads something that the namespace holds already, if there is anything."""
    check = "key ring"
    try:
        encoded = await client.data_converter.encode(["probe"])
        await client.data_converter.decode(encoded, [str])
        kept = await _read_newest(client)
    except UndecryptablePayload as error:
        return _failed(check, error)
    except ServiceError as error:
        return _failed(check, error, silent=isinstance(error, NoAnswer))
    if client.data_converter.payload_codec is None:
        sentence = "Nothing is encrypted: numbers and codes are readable on the Temporal server."
        return Finding(check=check, level="warn", sentence=sentence, remedy="set HOSTED_SMS_KEYS")
    return Finding(check=check, level="ok", sentence=f"Payloads can be encrypted and decrypted{kept}.")


async def _read_newest(client: Client) -> str:
    async for row in request_list.requests(client):
        found = await server_state.describe(client, row.reference)
        await server_state.asked_for(client, found.id, found.run_id)
        return f", those of {row.reference} too"
    return ""


async def _telnyx(client: Client, account: str, profile: str) -> Finding:
    check = f"Telnyx ({account})"
    try:
        if not await server_state.has_pollers(client, names.LOCAL_QUEUE):
            sentence = "Not asked: only a worker holds the key, and none runs."
            return Finding(check=check, level="warn", sentence=sentence, remedy=_START_A_WORKER)
        report = await preflight.preflight(client, account, profile)
    except ServiceError as error:
        return _failed(check, error, silent=isinstance(error, NoAnswer))
    if not report.ok:
        return Finding(check=check, level="fail", sentence=report.sentence)
    level: Literal["ok", "warn"] = "warn" if profile and report.webhook_url is None else "ok"
    return Finding(check=check, level=level, sentence=f"{report.sentence} {report.webhook_sentence}".strip())


async def _orphans(client: Client, account: str) -> Finding:
    check = f"orphans ({account})"
    try:
        report = await preflight.orphans(client, account)
    except ServiceError as error:
        return _failed(check, error, silent=isinstance(error, NoAnswer))
    if not report.orphans:
        sentence = f"A running request looks after each of the {report.open_orders} open orders.{_unnamed(report)}"
        return Finding(check=check, level="ok", sentence=sentence)
    rows = "; ".join(f"{one.order_id} ({one.status or 'no status'}, {one.numbers} numbers)" for one in report.orphans)
    sentence = f"No running request looks after {len(report.orphans)} of {report.open_orders} open orders: {rows}."
    remedy = "delete them in the Telnyx portal, or start a request with exactly the same profile and numbers"
    remedy = f"{remedy}, which takes an order over"
    return Finding(check=check, level="warn", sentence=f"{sentence}{_unnamed(report)}", remedy=remedy)


def _unnamed(report: OrphansReport) -> str:
    """A sentence about the orders that may belong to a running request; nobody shall delete them for orphans."""
    if not report.unnamed:
        return ""
    rows = "; ".join(f"{one.order_id} (`{command_hints.show(one.reference)}`)" for one in report.unnamed)
    return f" A request with a number of theirs may be placing these just now, so leave them alone: {rows}."


def _failed(check: str, error: Exception, *, silent: bool = False) -> Finding:
    """A finding for an error whose text already says what to do."""
    return Finding(check=check, level="fail", sentence=str(error), silent=silent)
