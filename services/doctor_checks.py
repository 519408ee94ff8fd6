"""The doctor's checks of a Temporal namespace, of the workers and of Telnyx.

Each check returns what it found, or raises an error whose text says what is wrong.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from temporalio.client import Client
from temporalio.service import RPCError

from domain import command_hints, names
from services import accounts, preflight, request_list, server_state, setup, stuck_requests
from services.errors import Refused
from workflows import search_attributes as attributes

_START_A_WORKER = "start one with `python worker.py`"


@dataclass(frozen=True)
class CheckResult:
    """What a check found, what to do about it, and whether a service or worker did not answer."""

    level: Literal["ok", "warn", "fail"]
    sentence: str
    remedy: str = ""
    silent: bool = False


def ok(sentence: str) -> CheckResult:
    """Nothing to do."""
    return CheckResult("ok", sentence)


async def search_attributes(client: Client) -> CheckResult:
    """Whether the namespace has our search attributes."""
    try:
        missing = [key.name for key in await setup.missing_attributes(client)]
    except RPCError:
        remedy = "`hosted-sms setup` prints the commands that add them"
        return CheckResult("warn", "The server does not let this client see which ones are registered.", remedy)
    if missing:
        return CheckResult("fail", f"Missing: {', '.join(missing)}.", "run `hosted-sms setup`")
    return ok(f"All {len(attributes.ALL)} are registered.")


async def key_ring(client: Client) -> CheckResult:
    """Encrypts and decrypts a probe, and decrypts what the newest request was started with, if there is one."""
    encoded = await client.data_converter.encode(["probe"])
    await client.data_converter.decode(encoded, [str])
    newest = await _read_newest(client)
    if client.data_converter.payload_codec is None:
        sentence = "Nothing is encrypted: numbers and codes are readable on the Temporal server."
        return CheckResult("warn", sentence, "set HOSTED_SMS_KEYS")
    return ok(f"Payloads can be encrypted and decrypted{f', those of {newest} too' if newest else ''}.")


async def _read_newest(client: Client) -> str | None:
    async for row in request_list.requests(client):
        found = await server_state.describe(client, row.reference)
        await server_state.asked_for(client, found.id, found.run_id)
        return row.reference
    return None


async def worker(client: Client) -> CheckResult:
    """Whether a worker polls each queue: the one of workflows and local work, and the one of the calls to Telnyx."""
    queues = ((names.LOCAL_QUEUE, False), (names.TELNYX_QUEUE, True))
    idle = [queue for queue, kind in queues if not await server_state.has_pollers(client, queue, activities=kind)]
    if idle:
        sentence = f"No worker polls {' and '.join(idle)}: requests wait, and nothing is lost."
        return CheckResult("fail", sentence, _START_A_WORKER, silent=True)
    return ok("A worker polls both queues.")


async def stuck(client: Client) -> CheckResult:
    """Whether a worker fails on a request again and again."""
    try:
        found = await stuck_requests.stuck(client)
    except Refused as error:
        return CheckResult("warn", str(error), stuck_requests.LOOK_YOURSELF)
    if found:
        return CheckResult("fail", stuck_requests.sentence(found), stuck_requests.remedy(found))
    return ok("No request is stuck at a failing worker.")


async def telnyx_accounts(client: Client) -> CheckResult:
    """Whether Telnyx refuses an account."""
    stopped = await accounts.stopped(client)
    if stopped:
        sentence = f"Telnyx refuses {', '.join(stopped)}: all requests of that account wait."
        remedy = f"fix its key, balance or permission, then run `{command_hints.resume(stopped[0])}`"
        return CheckResult("fail", sentence, remedy)
    return ok("No Telnyx account is stopped.")


async def telnyx(client: Client, account: str, profile: str) -> CheckResult:
    """Whether Telnyx accepts the key of an account and, when one is named, a messaging profile."""
    if not await server_state.has_pollers(client, names.LOCAL_QUEUE):
        return CheckResult("warn", "Not asked: only a worker holds the key, and none runs.", _START_A_WORKER)
    report = await preflight.preflight(client, account, profile)
    if not report.ok:
        return CheckResult("fail", report.sentence)
    level: Literal["ok", "warn"] = "warn" if profile and report.webhook_url is None else "ok"
    return CheckResult(level, f"{report.sentence} {report.webhook_sentence}".strip())


OF_THE_NAMESPACE: Mapping[str, Callable[[Client], Awaitable[CheckResult]]] = {
    "search attributes": search_attributes,
    "key ring": key_ring,
    "worker": worker,
    "stuck requests": stuck,
    "accounts": telnyx_accounts,
}
"""The checks that need nothing but a client, in the order of the report."""
