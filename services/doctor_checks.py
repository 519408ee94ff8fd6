"""The doctor's checks of a Temporal namespace, of the workers and of Telnyx.

Each check returns what it found, or raises an error whose text says what is wrong.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from temporalio.client import Client
from temporalio.service import RPCError

from domain import command_hints, names
from runtime.codec import UndecryptablePayload
from services import accounts, parsing, preflight, server_state, setup, stuck_remedies, stuck_requests
from services.errors import NoHostingRequest, Refused, UnknownReference
from workflows import search_attributes as attributes

_RUNNING_REQUESTS = f"WorkflowType = '{names.WORKFLOW_TYPE}' AND ExecutionStatus = 'Running'"
START_A_WORKER = "start one with `python worker.py`"


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


async def worker(client: Client) -> CheckResult:
    """Whether a worker polls each queue: workflows and local work, calls to Telnyx, and looks at Telnyx."""
    queues = ((names.LOCAL_QUEUE, False), (names.TELNYX_QUEUE, True), (names.LOOKS_QUEUE, True))
    idle = [queue for queue, kind in queues if not await server_state.has_pollers(client, queue, activities=kind)]
    if idle:
        sentence = f"No worker polls {', '.join(idle)}: requests wait, and nothing is lost."
        return CheckResult("fail", sentence, START_A_WORKER, silent=True)
    return ok("A worker polls all three queues.")


async def stuck(client: Client) -> CheckResult:
    """Whether a worker fails on a request again and again."""
    try:
        found = await stuck_requests.stuck(client)
    except Refused as error:
        return CheckResult("warn", str(error), stuck_requests.LOOK_YOURSELF)
    if found:
        return CheckResult("fail", stuck_remedies.sentence(found), stuck_remedies.remedy(found))
    return ok("No request is stuck at a failing worker.")


async def telnyx_accounts(client: Client) -> CheckResult:
    """Whether Telnyx refuses an account."""
    stopped = await accounts.stopped(client)
    if stopped:
        sentence = f"Telnyx refuses {', '.join(stopped)}: all requests of that account wait."
        remedy = f"fix its key, balance or permission, then run `{command_hints.resume(stopped[0])}`"
        return CheckResult("fail", sentence, remedy)
    return ok("No Telnyx account is stopped.")


async def listings(client: Client) -> CheckResult:
    """Whether the list of each account's orders can be read."""
    if unlisted := await accounts.unlisted(client):
        account, reason = next(iter(unlisted.items()))
        sentence = f"The orders of {', '.join(unlisted)} could not be listed when that was tried last: {reason}"
        remedy = f"it is tried again by itself; `{command_hints.show_account(account)}` tells when it worked last"
        return CheckResult("warn", sentence, remedy)
    return ok("Nothing hinders the lists of orders.")


async def telnyx(client: Client, account: str, profile: str) -> CheckResult:
    """Whether Telnyx accepts the key of an account, and what is wrong with a messaging profile.

    Without a profile, that of the account's newest running request is looked at.
    """
    if not await server_state.has_pollers(client, names.LOCAL_QUEUE):
        return CheckResult("warn", "Not asked: only a worker holds the key, and none runs.", START_A_WORKER)
    report = await preflight.preflight(client, account, profile)
    if not report.ok:
        return CheckResult("fail", report.sentence)
    lacks_webhook = bool(profile) and report.webhook_url is None
    warnings = report.warnings if profile else await _warnings_of_profile_in_use(client, account)
    level: Literal["ok", "warn"] = "warn" if lacks_webhook or warnings else "ok"
    return CheckResult(level, " ".join(part for part in (report.sentence, report.webhook_sentence, *warnings) if part))


async def _warnings_of_profile_in_use(client: Client, account: str) -> list[str]:
    query = f"{_RUNNING_REQUESTS} AND {names.ACCOUNT} = '{parsing.account(account)}'"
    for run in await server_state.first_workflows(client, query, 1):
        try:
            request = await server_state.asked_for(client, run.id, run.run_id)
        except (NoHostingRequest, UnknownReference, UndecryptablePayload):  # other checks name it
            return []
        report = await preflight.preflight(client, account, request.messaging_profile_id)
        return report.warnings if report.ok else [report.sentence]
    return []


OF_THE_NAMESPACE: Mapping[str, Callable[[Client], Awaitable[CheckResult]]] = {
    "search attributes": search_attributes,
    "worker": worker,
    "stuck requests": stuck,
    "accounts": telnyx_accounts,
    "lists of orders": listings,
}
"""The checks that need nothing but a client, in the order of the report."""
