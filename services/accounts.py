"""What one can ask of a Telnyx account: where it stands, and that all its requests go on. Needs no Telnyx key."""

import asyncio
from datetime import timedelta

from temporalio.client import (
    Client,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.service import RPCError, RPCStatusCode

from domain import names
from domain.accounts import AccountProgress, ResumeAccount
from domain.messages import Answer
from domain.vocabulary import AskKind
from services import parsing, server_state, updates
from services.errors import NoAnswer, Refused
from workflows import search_attributes as attributes

_WORKER_WITHIN = 3.0
_PREFIX = names.account_workflow_id("")


async def show(client: Client, account: str, *, within: float = _WORKER_WITHIN) -> AccountProgress:
    """Where an account stands; `partial` when no worker answered within so many seconds.

    Raises:
        Refused: nothing was ever claimed or reported under this name.
        NoAnswer: the server does not answer.
    """
    handle = _handle(client, account)
    try:
        async with asyncio.timeout(within):
            limit = timedelta(seconds=within)
            answer = await handle.query("progress", result_type=AccountProgress, rpc_timeout=limit)
    except (TimeoutError, RPCError, WorkflowQueryFailedError, WorkflowQueryRejectedError):
        return await _partial(handle, account)
    return AccountProgress.model_validate(answer)


async def _partial(handle: WorkflowHandle[object, object], account: str) -> AccountProgress:
    try:
        with server_state.server_faults():
            found = await handle.describe(rpc_timeout=server_state.SERVER_LIMIT)
    except RPCError:
        raise _unknown(account) from None
    stopped = AskKind.ACCOUNT in (found.typed_search_attributes.get(attributes.NEEDS) or [])
    return AccountProgress(account=account, stopped=stopped, partial=True)


async def resume(
    client: Client, account: str, *, by: str, update_id: str, within: float = updates.ANSWER_WITHIN
) -> Answer:
    """Says that an account works again; everything that waits for it goes on by itself.

    Raises:
        Refused: it is not stopped, or nothing is known of it.
        NoAnswer: nobody answered; it may still be applied.
    """
    handle = _handle(client, account)
    try:
        async with asyncio.timeout(within):
            answer = await handle.execute_update("resume", ResumeAccount(by=by), id=update_id, result_type=Answer)
    except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
        raise updates.silent(within, update_id) from None
    except WorkflowUpdateFailedError as error:
        raise Refused(getattr(error.cause, "message", "") or str(error.cause)) from None
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise _unknown(account) from None
        fault = server_state.fault(error)
        raise (updates.silent(None, update_id) if isinstance(fault, NoAnswer) else fault) from None
    return Answer.model_validate(answer)


async def stopped(client: Client) -> list[str]:
    """The names of the accounts that are stopped, as lists know them.

    Raises:
        NoAnswer: the server does not answer.
    """
    query = (
        f"WorkflowType = '{names.ACCOUNT_WORKFLOW_TYPE}' AND ExecutionStatus = 'Running'"
        f" AND {names.NEEDS} = '{AskKind.ACCOUNT}'"
    )
    with server_state.server_faults():
        found = client.list_workflows(query, rpc_timeout=server_state.SERVER_LIMIT)
        return sorted([row.id.removeprefix(_PREFIX) async for row in found])


def _handle(client: Client, account: str) -> WorkflowHandle[object, object]:
    return client.get_workflow_handle(names.account_workflow_id(parsing.account(account)))


def _unknown(account: str) -> Refused:
    return Refused(f"Nothing is known of an account {account!r}: none of its requests has ordered a number yet.")
