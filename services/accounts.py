"""What one can ask of a Telnyx account: to show where it stands, and to let its requests go on."""

from typing import Unpack

from temporalio.client import Client, WorkflowExecutionDescription, WorkflowHandle
from temporalio.service import RPCError

from domain import delays, names
from domain.accounts import AccountProgress, ResumeAccount
from domain.messages import Answer
from domain.vocabulary import AskKind
from services import last_listing, parsing, queries, server_state, updates
from services.errors import Refused
from services.updates import Sending
from workflows import search_attributes as attributes

_PREFIX = names.account_workflow_id("")


async def show(client: Client, account: str, *, within: float = delays.WORKER_WITHIN) -> AccountProgress:
    """Where an account stands; `partial` when no worker answered within so many seconds.

    Raises:
        Refused: no request of this account has ordered a number yet.
        NoAnswer: the server does not answer.
    """
    handle = _handle(client, account)
    asked = await queries.ask(handle, names.PROGRESS_QUERY, AccountProgress, within)
    found = await _describe(handle, account)
    return await last_listing.add_last_listing(client, found, asked or _partial(found, account))


async def _describe(handle: WorkflowHandle[object, object], account: str) -> WorkflowExecutionDescription:
    try:
        with server_state.server_faults():
            return await handle.describe(rpc_timeout=server_state.SERVER_LIMIT)
    except RPCError:
        raise _unknown(account) from None


def _partial(found: WorkflowExecutionDescription, account: str) -> AccountProgress:
    stopped = AskKind.ACCOUNT in (found.typed_search_attributes.get(attributes.NEEDS) or [])
    return AccountProgress(account=account, stopped=stopped, partial=True)


async def under_way(client: Client, account: str) -> int:
    """How many requests of an account have not ended. Its workflow knows only claims, which stay after the end.

    Raises:
        NoAnswer: the server does not answer.
    """
    query = (
        f"WorkflowType = '{names.WORKFLOW_TYPE}' AND ExecutionStatus = 'Running'"
        f" AND {names.ACCOUNT} = '{parsing.account(account)}'"
    )
    with server_state.server_faults():
        return (await client.count_workflows(query, rpc_timeout=server_state.SERVER_LIMIT)).count


async def resume(client: Client, account: str, *, by: str, **sending: Unpack[Sending]) -> Answer:
    """Reports that a stopped account works again, so that all its requests go on.

    Raises:
        Refused: the account is not stopped, or no request of this account has ordered a number yet.
        NoAnswer: no worker answered. The message may still be applied.
    """
    workflow_id = _handle(client, account).id
    try:
        return await updates.send_to(client, workflow_id, names.RESUME_UPDATE, ResumeAccount(by=by), **sending)
    except RPCError:
        raise _unknown(account) from None


async def stopped(client: Client) -> list[str]:
    """The names of the stopped accounts, from search attributes.

    Raises:
        NoAnswer: the server does not answer.
    """
    query = (
        f"WorkflowType = '{names.ACCOUNT_WORKFLOW_TYPE}' AND ExecutionStatus = 'Running'"
        f" AND {names.NEEDS} = '{AskKind.ACCOUNT}'"
    )
    return sorted([row.id.removeprefix(_PREFIX) async for row in server_state.list_workflows(client, query)])


async def unlisted(client: Client) -> dict[str, str]:
    """Why the list of orders could not be read, for each account whose last try failed.

    Raises:
        NoAnswer: the server does not answer.
    """
    query = f"WorkflowType = '{names.ACCOUNT_WORKFLOW_TYPE}' AND ExecutionStatus = 'Running'"
    found = {}
    async for row in server_state.list_workflows(client, query):
        account = row.id.removeprefix(_PREFIX)
        described = await _describe(client.get_workflow_handle(row.id), account)
        shown = await last_listing.add_last_listing(client, described, AccountProgress(account=account))
        if shown.listing_trouble:
            found[account] = shown.listing_trouble
    return found


def _handle(client: Client, account: str) -> WorkflowHandle[object, object]:
    return client.get_workflow_handle(names.account_workflow_id(parsing.account(account)))


def _unknown(account: str) -> Refused:
    return Refused(f"Account {account!r} is not known: none of its requests has ordered a number yet.")
