"""Finds what stands still because a worker fails on it again and again.

Such a run is open, asks nobody for anything and does nothing more. The Temporal server marks it after a few failed
workflow tasks, and takes the mark away when one succeeds.
"""

from collections.abc import Sequence

from pydantic import BaseModel
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client, WorkflowExecution
from temporalio.common import SearchAttributeKey
from temporalio.service import RPCError

from domain import names
from services import server_state
from services.errors import NoAnswer, Refused

MOST = 20
"""How many are named at most: whoever has more looks at the worker first, not at each of them."""

LOOK_YOURSELF = "after a change of the worker, look in its log for workflow tasks that fail"
"""What to do about a server that does not tell."""

_MARK = SearchAttributeKey.for_keyword_list("TemporalReportedProblems")
_CATEGORIES = {"WorkflowTaskFailed": "workflow task failed", "WorkflowTaskTimedOut": "workflow task timed out"}
_MARKS = ", ".join(f"'category={category}'" for category in _CATEGORIES)
# The queue tells ours from what other applications run in the namespace.
_QUERY = f"TaskQueue = '{names.LOCAL_QUEUE}' AND ExecutionStatus = 'Running' AND {_MARK.name} IN ({_MARKS})"


class Stuck(BaseModel):
    """A run whose workflow tasks fail or time out again and again."""

    workflow_id: str
    run_id: str
    name: str
    """A request's reference, `account NAME` for what looks after an account, else the workflow id."""
    cause: str
    """Such as `workflow task failed: NonDeterministicError`; the last word is the server's."""


async def stuck(client: Client) -> list[Stuck]:
    """What stands still on the workers' queue, requests and all else, `MOST` at most.

    Raises:
        Refused: this server marks no such runs, or does not let this client look.
        NoAnswer: the server does not answer.
    """
    try:
        found = [
            _seen(run) async for run in client.list_workflows(_QUERY, limit=MOST, rpc_timeout=server_state.SERVER_LIMIT)
        ]
        told = bool(found) or await _marks(client)
    except RPCError as error:
        fault = server_state.fault(error)
        raise (fault if isinstance(fault, NoAnswer) else _not_told(str(error))) from None
    if not told:
        raise _not_told("it marks no workflow whose tasks fail")
    return found


def sentence(found: Sequence[Stuck]) -> str:
    """How many stand still, which, and why."""
    count = f"{MOST} or more stand" if len(found) >= MOST else f"{len(found)} stand{'s' if len(found) == 1 else ''}"
    rows = "; ".join(f"{one.name} ({one.cause})" for one in found)
    return f"{count} still because a worker fails on it again and again: {rows}."


def remedy(found: Sequence[Stuck]) -> str:
    """What to do, with the command for the first of them."""
    first = found[0]
    # The log of a nondeterminism error names the run alone.
    return (
        f"look for the run {first.run_id} of {first.name} in the worker's log; roll the worker back if it was just "
        f"changed; else `temporal workflow reset --workflow-id {first.workflow_id} --type LastWorkflowTask --reason "
        "'stands still'`, which is safe: a request that is reset finds the order it placed"
    )


async def _marks(client: Client) -> bool:
    """Whether the server marks such runs at all: finding none means nothing where it does not."""
    request = DescribeNamespaceRequest(namespace=client.namespace)
    reply = await client.workflow_service.describe_namespace(request, timeout=server_state.SERVER_LIMIT)
    return reply.namespace_info.capabilities.reported_problems_search_attribute


def _not_told(reason: str) -> Refused:
    reason = reason.partition("\n")[0][:200].rstrip(".")
    return Refused(f"This server does not tell whether a request stands still at a failing worker ({reason}).")


def _seen(run: WorkflowExecution) -> Stuck:
    marks = run.typed_search_attributes.get(_MARK) or []
    return Stuck(workflow_id=run.id, run_id=run.run_id, name=_name(run.id), cause=_cause(marks))


def _name(workflow_id: str) -> str:
    prefix = names.account_workflow_id("")
    if workflow_id.startswith(prefix):
        return f"account {workflow_id.removeprefix(prefix)}"
    return names.reference_of(workflow_id)


def _cause(marks: Sequence[str]) -> str:
    """Puts into words what the server says as `category=WorkflowTaskFailed`, `cause=WorkflowTaskFailedCause…`."""
    said = dict(mark.split("=", 1) for mark in marks if "=" in mark)
    category = said.get("category", "")
    reason = said.get("cause", "").removeprefix(f"{category}Cause")
    return ": ".join(word for word in (_CATEGORIES.get(category, category), reason) if word)
