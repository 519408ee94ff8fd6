"""Finds runs that are stuck because a worker fails on their workflow again and again.

A stuck run is open, asks no one for anything and does nothing more. The Temporal server marks it after some failed
workflow tasks, and removes the mark when a task succeeds. A stuck account stops all of its requests, so accounts are
looked at one by one besides, which shows a failure at once.
"""

import asyncio
from collections.abc import Sequence

from pydantic import BaseModel
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client, WorkflowExecution
from temporalio.common import SearchAttributeKey
from temporalio.service import RPCError

from domain import names
from runtime.codec import UndecryptablePayload
from services import server_state, task_failures
from services.errors import NoAnswer, NoHostingRequest, Refused, UnknownReference
from services.task_failures import TaskFailure

MOST = 20
"""How many are named at most. With more, the worker is what to look at, not each of them."""

LOOK_YOURSELF = "after a change of the worker, look in its log for workflow tasks that fail"
"""The remedy where the server does not mark stuck workflows."""

_DESCRIBED = 50
"""Runs that are looked at one by one: the accounts, and the newest others where the server does not mark."""
_AT_ONCE = 10
_FAILS_AT_ATTEMPT = 3
"""A worker that is killed costs a run one attempt."""
_ACCOUNTS = names.account_workflow_id("")
_MARK = SearchAttributeKey.for_keyword_list("TemporalReportedProblems")
_CATEGORIES = {"WorkflowTaskFailed": "workflow task failed", "WorkflowTaskTimedOut": "workflow task timed out"}
_MARKS = ", ".join(f"'category={category}'" for category in _CATEGORIES)
# Other applications may run in the namespace: the queue tells ours from theirs.
_OURS = f"TaskQueue = '{names.LOCAL_QUEUE}' AND ExecutionStatus = 'Running'"
_MARKED = f"{_OURS} AND {_MARK.name} IN ({_MARKS})"
_OF_ACCOUNTS = f"{_OURS} AND WorkflowType = '{names.ACCOUNT_WORKFLOW_TYPE}'"


class StuckWorkflow(BaseModel):
    """A run whose workflow tasks fail or time out again and again."""

    workflow_id: str
    run_id: str
    name: str
    """The reference of a request, `account NAME` for an account, else the workflow id."""
    cause: str
    """Such as `workflow task failed: NonDeterministicError`, as the server names it."""
    failure: TaskFailure | None = None
    """Why the last task failed, if the history tells."""
    start_key: str = ""
    """The id of the key under which it was started."""
    unreadable: str = ""
    """Why no worker can ever read what it was started with, with the remedy; empty when one can."""


async def stuck(client: Client) -> list[StuckWorkflow]:
    """The stuck workflows of our queue, `MOST` at most.

    Raises:
        Refused: this server marks no stuck workflows, or does not let this client look, and those that were looked at
            one by one are well.
        NoAnswer: the server does not answer.
    """
    unknown: Refused | None = None
    try:
        found = await _marked(client)
    except Refused as error:
        found, unknown = [], error
    seen = {one.run_id for one in found}
    query = _OF_ACCOUNTS if unknown is None else _OURS
    found += [one for one in await _failing(client, query) if one.run_id not in seen]
    if unknown is not None and not found:
        raise unknown
    return list(await asyncio.gather(*(_explained(client, one) for one in found[:MOST])))


async def _marked(client: Client) -> list[StuckWorkflow]:
    try:
        found = [
            _stuck(run, _cause(run.typed_search_attributes.get(_MARK) or []))
            async for run in client.list_workflows(_MARKED, limit=MOST, rpc_timeout=server_state.SERVER_LIMIT)
        ]
        if not found and not await _marks_stuck_workflows(client):
            raise _not_known("it marks no workflow whose tasks fail")
    except RPCError as error:
        fault = server_state.fault(error)
        raise (fault if isinstance(fault, NoAnswer) else _not_known(str(error))) from None
    return found


async def _failing(client: Client, query: str) -> list[StuckWorkflow]:
    """The runs of a query, of the newest, that a worker fails on now."""
    limit = asyncio.Semaphore(_AT_ONCE)

    async def fails(run: WorkflowExecution) -> bool:
        async with limit:
            return await _fails(client, run)

    try:
        runs = await server_state.first_workflows(client, query, _DESCRIBED)
    except Refused:  # it does not let this client list, which `_marked` said already
        return []
    failing = await asyncio.gather(*map(fails, runs))
    return [
        _stuck(run, _CATEGORIES["WorkflowTaskFailed"])
        for run, is_failing in zip(runs, failing, strict=True)
        if is_failing
    ]


async def _fails(client: Client, run: WorkflowExecution) -> bool:
    try:
        with server_state.server_faults():
            handle = client.get_workflow_handle(run.id, run_id=run.run_id)
            found = await handle.describe(rpc_timeout=server_state.SERVER_LIMIT)
    except RPCError:  # NOT_FOUND: forgotten by the server just now
        return False
    return found.raw_description.pending_workflow_task.attempt >= _FAILS_AT_ATTEMPT


async def _explained(client: Client, one: StuckWorkflow) -> StuckWorkflow:
    failure = await task_failures.last_failure(client, one.workflow_id, one.run_id)
    start_key = await task_failures.key_of_start(client, one.workflow_id, one.run_id)
    cause = one.cause
    if failure is not None and ":" not in cause:
        cause = f"{cause}: {failure.cause}"
    unreadable = await _why_unreadable(client, one)
    return one.model_copy(update={"failure": failure, "start_key": start_key, "cause": cause, "unreadable": unreadable})


async def _why_unreadable(client: Client, one: StuckWorkflow) -> str:
    if one.workflow_id.startswith(_ACCOUNTS) or not one.workflow_id.startswith(names.workflow_id("")):
        return ""
    try:
        await server_state.asked_for(client, one.workflow_id, one.run_id)
    except NoHostingRequest as error:
        return str(error)
    except (UnknownReference, UndecryptablePayload):  # it was forgotten just now, or a worker may have the key
        return ""
    return ""


async def _marks_stuck_workflows(client: Client) -> bool:
    """Whether the server marks stuck workflows at all. Where it does not, finding none means nothing."""
    request = DescribeNamespaceRequest(namespace=client.namespace)
    reply = await client.workflow_service.describe_namespace(request, timeout=server_state.SERVER_LIMIT)
    return reply.namespace_info.capabilities.reported_problems_search_attribute


def _not_known(reason: str) -> Refused:
    reason = reason.partition("\n")[0][:200].rstrip(".")
    return Refused(f"This server does not tell whether a request is stuck at a failing worker ({reason}).")


def _stuck(run: WorkflowExecution, cause: str) -> StuckWorkflow:
    return StuckWorkflow(workflow_id=run.id, run_id=run.run_id, name=_name(run.id), cause=cause)


def _name(workflow_id: str) -> str:
    if workflow_id.startswith(_ACCOUNTS):
        return f"account {workflow_id.removeprefix(_ACCOUNTS)}"
    return names.reference_of(workflow_id)


def _cause(marks: Sequence[str]) -> str:
    """The cause in words. The server writes `category=WorkflowTaskFailed`, `cause=WorkflowTaskFailedCause…`."""
    pairs = dict(mark.split("=", 1) for mark in marks if "=" in mark)
    category = pairs.get("category", "")
    reason = pairs.get("cause", "").removeprefix(f"{category}Cause")
    return ": ".join(word for word in (_CATEGORIES.get(category, category), reason) if word)
