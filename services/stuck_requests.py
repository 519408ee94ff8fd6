"""Finds requests and accounts that are stuck because a worker fails on their workflow again and again.

A stuck workflow is open, asks no one for anything and does nothing more. The Temporal server marks it after a few
failed workflow tasks, and removes the mark when a task succeeds.
"""

import shlex
from collections.abc import Sequence

from pydantic import BaseModel
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client, WorkflowExecution
from temporalio.common import SearchAttributeKey
from temporalio.service import RPCError

from domain import names
from runtime.codec import UndecryptablePayload
from services import server_state
from services.errors import NoAnswer, NoHostingRequest, Refused, UnknownReference

MOST = 20
"""How many are named at most. With more, the worker is what to look at, not each of them."""

LOOK_YOURSELF = "after a change of the worker, look in its log for workflow tasks that fail"
"""The remedy where the server does not mark stuck workflows."""

_ACCOUNTS = names.account_workflow_id("")
_MARK = SearchAttributeKey.for_keyword_list("TemporalReportedProblems")
_CATEGORIES = {"WorkflowTaskFailed": "workflow task failed", "WorkflowTaskTimedOut": "workflow task timed out"}
_MARKS = ", ".join(f"'category={category}'" for category in _CATEGORIES)
# Other applications may run in the namespace: the queue tells ours from theirs.
_QUERY = f"TaskQueue = '{names.LOCAL_QUEUE}' AND ExecutionStatus = 'Running' AND {_MARK.name} IN ({_MARKS})"


class StuckWorkflow(BaseModel):
    """A run whose workflow tasks fail or time out again and again."""

    workflow_id: str
    run_id: str
    name: str
    """The reference of a request, `account NAME` for an account, else the workflow id."""
    cause: str
    """Such as `workflow task failed: NonDeterministicError`, as the server names it."""
    unreadable: str = ""
    """Why what it was started with cannot be read, with the remedy; empty when it can."""


async def stuck(client: Client) -> list[StuckWorkflow]:
    """The stuck workflows of our queue, `MOST` at most.

    Raises:
        Refused: this server marks no stuck workflows, or does not let this client look.
        NoAnswer: the server does not answer.
    """
    try:
        found = [
            _stuck(run)
            async for run in client.list_workflows(_QUERY, limit=MOST, rpc_timeout=server_state.SERVER_LIMIT)
        ]
        if not found and not await _marks_stuck_workflows(client):
            raise _not_known("it marks no workflow whose tasks fail")
    except RPCError as error:
        fault = server_state.fault(error)
        raise (fault if isinstance(fault, NoAnswer) else _not_known(str(error))) from None
    return [one.model_copy(update={"unreadable": await _why_unreadable(client, one)}) for one in found]


async def _why_unreadable(client: Client, one: StuckWorkflow) -> str:
    if one.workflow_id.startswith(_ACCOUNTS) or not one.workflow_id.startswith(names.workflow_id("")):
        return ""
    try:
        await server_state.asked_for(client, one.workflow_id, one.run_id)
    except UnknownReference:  # it ended and was forgotten just now
        return ""
    except NoHostingRequest as error:
        return str(error)
    except UndecryptablePayload as error:
        terminate = f"temporal workflow terminate --workflow-id {shlex.quote(one.workflow_id)}"
        return f"{error} If that key is lost, no worker can ever read {one.name}: run `{terminate}`"
    return ""


def sentence(found: Sequence[StuckWorkflow]) -> str:
    """How many are stuck, which, and why."""
    count = f"{MOST} or more are" if len(found) >= MOST else f"{len(found)} {'is' if len(found) == 1 else 'are'}"
    rows = "; ".join(f"{one.name} ({one.cause})" for one in found)
    return f"{count} stuck because a worker fails on it again and again: {rows}."


def remedy(found: Sequence[StuckWorkflow]) -> str:
    """What to do about those that no worker can read, and for the others the command for the first of them.

    A reset does not help a run whose first event cannot be read.
    """
    remedies = [one.unreadable.rstrip(".") for one in found if one.unreadable]
    if others := [one for one in found if not one.unreadable]:
        remedies.append(_remedy(others[0]))
    return "; ".join(remedies)


def _remedy(one: StuckWorkflow) -> str:
    # The worker's log of a nondeterminism error names only the run.
    workflow_id = shlex.quote(one.workflow_id)
    return (
        f"look for the run {one.run_id} of {one.name} in the worker's log; give the worker a key that it lacks; roll "
        "the worker back if it was just changed; otherwise run `temporal workflow reset --workflow-id "
        f"{workflow_id} --type LastWorkflowTask --reason stuck`, which is safe: a request that is reset finds the "
        "order it placed"
    )


async def _marks_stuck_workflows(client: Client) -> bool:
    """Whether the server marks stuck workflows at all. Where it does not, finding none means nothing."""
    request = DescribeNamespaceRequest(namespace=client.namespace)
    reply = await client.workflow_service.describe_namespace(request, timeout=server_state.SERVER_LIMIT)
    return reply.namespace_info.capabilities.reported_problems_search_attribute


def _not_known(reason: str) -> Refused:
    reason = reason.partition("\n")[0][:200].rstrip(".")
    return Refused(f"This server does not tell whether a request is stuck at a failing worker ({reason}).")


def _stuck(run: WorkflowExecution) -> StuckWorkflow:
    marks = run.typed_search_attributes.get(_MARK) or []
    return StuckWorkflow(workflow_id=run.id, run_id=run.run_id, name=_name(run.id), cause=_cause(marks))


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
