"""Where a request stands, from its worker, from its result, or from what the Temporal server alone knows."""

from datetime import UTC, datetime

from temporalio.client import (
    Client,
    WorkflowExecutionDescription,
    WorkflowExecutionStatus,
    WorkflowFailureError,
)
from temporalio.service import RPCError

from domain import delays, names
from domain.messages import AskView, Event, HostingRequest, NumberProgress, Progress
from domain.text import clause
from domain.vocabulary import NumberState, Outcome, Step
from services import queries, server_state
from services.errors import Refused
from services.last_read import add_last_read
from workflows import search_attributes as attributes

_NOT_KNOWN = "No worker answered, so this is not known now."
_GUIDANCE_NOT_KNOWN = "No worker answered, so the guidance is not known now: try again when a worker runs."
_NOT_CHECKED = "Not checked yet, as far as the Temporal server knows."
_LOST = "Its workflow ended without a result, so look in the Telnyx portal."
_NEVER_BEGAN = "Its start was refused, so it ordered nothing."
_REFUSED = "Refused"
"""The type of the failure of a start that is refused (docs/integration.md). Nothing else fails a run with it."""

_ENDED_WITHOUT_RESULT = {
    WorkflowExecutionStatus.FAILED: "failed",
    WorkflowExecutionStatus.TERMINATED: "terminated",
    WorkflowExecutionStatus.TIMED_OUT: "timed out",
    WorkflowExecutionStatus.CANCELED: "cancelled before it could clean up",
}


async def show(client: Client, reference: str, *, within: float = delays.WORKER_WITHIN) -> Progress:
    """Where a request stands; `partial` when no worker answered within so many seconds.

    Raises:
        UnknownReference: there is no such request.
        NoAnswer: the server does not answer.
    """
    found = await server_state.describe(client, reference)
    if found.status is WorkflowExecutionStatus.RUNNING:
        handle = client.get_workflow_handle(found.id)
        progress = await queries.ask(handle, names.PROGRESS_QUERY, Progress, within) or await _partial(client, found)
        return await add_last_read(client, found, progress)
    if found.status is WorkflowExecutionStatus.COMPLETED:
        return await _result(client, found)
    return await _without_result(client, found)


def outcome_of(found: WorkflowExecutionDescription) -> str:
    """The outcome of a run as the server knows it. A run that ended without a result is not active."""
    return outcome_in(found.status, found.typed_search_attributes.get(attributes.OUTCOME))


def outcome_in(status: WorkflowExecutionStatus | None, attribute: str | None) -> str:
    """The outcome from the status and the search attribute of a run."""
    if status in _ENDED_WITHOUT_RESULT and attribute in {None, Outcome.RUNNING}:
        return Outcome.NOT_ACTIVE
    return attribute or Outcome.RUNNING


def how_it_ended(found: WorkflowExecutionDescription) -> str:
    """How a closed run ended, in a word or two."""
    return _ENDED_WITHOUT_RESULT.get(found.status or WorkflowExecutionStatus.RUNNING) or outcome_of(found)


async def _result(client: Client, found: WorkflowExecutionDescription) -> Progress:
    handle = client.get_workflow_handle(found.id, run_id=found.run_id, result_type=Progress)
    try:
        with server_state.server_faults():
            return Progress.model_validate(await handle.result(rpc_timeout=server_state.SERVER_LIMIT))
    except RPCError as error:
        raise server_state.fault(error) from None


async def _partial(client: Client, found: WorkflowExecutionDescription) -> Progress:
    request = await server_state.asked_for(client, found.id, found.run_id)
    known = found.typed_search_attributes
    deadline = known.get(attributes.DEADLINE)
    asks = [AskView(id="", kind=kind, guidance=_GUIDANCE_NOT_KNOWN, deadline=deadline) for kind in _needs(found)]
    step = known.get(attributes.STEP) or Step.ELIGIBILITY
    because = _NOT_CHECKED if step == Step.ELIGIBILITY else _NOT_KNOWN
    state = NumberState.NEW if step == Step.ELIGIBILITY else ""
    return _base(found, request).model_copy(
        update={"step": step, "asks": asks, "partial": True, "numbers": _numbers(request, state, because)}
    )


async def _without_result(client: Client, found: WorkflowExecutionDescription) -> Progress:
    error = await _error(client, found)
    sentence = _how(found, error)
    lost = _NEVER_BEGAN if getattr(error, "type", "") == _REFUSED else _LOST
    try:
        request = await server_state.asked_for(client, found.id, found.run_id)
    except Refused:  # it never began
        raise Refused(f"{names.reference_of(found.id)} did not begin. {sentence}") from None
    orders = list(found.typed_search_attributes.get(attributes.ORDER_IDS) or [])
    return _base(found, request).model_copy(
        update={
            "step": Step.DONE,
            "numbers": _numbers(request, "", lost),
            "events": [Event(at=found.close_time or datetime.now(UTC), what=sentence)],
            "left_behind": [f"Order {order} may still exist at Telnyx: look it up in the portal." for order in orders],
        }
    )


async def _error(client: Client, found: WorkflowExecutionDescription) -> BaseException | None:
    """Why a run ended without a result, as the server kept it."""
    handle = client.get_workflow_handle(found.id, run_id=found.run_id)
    try:
        await handle.result(follow_runs=False, rpc_timeout=server_state.SERVER_LIMIT)
    except WorkflowFailureError as error:
        return error.cause
    except RPCError as error:
        raise server_state.fault(error) from None
    return None


def _how(found: WorkflowExecutionDescription, error: BaseException | None) -> str:
    """How a run ended without a result, as a sentence with the reason."""
    reason = getattr(error, "message", "") or str(error or "")
    ended = _ENDED_WITHOUT_RESULT.get(found.status or WorkflowExecutionStatus.FAILED, "ended")
    return f"The workflow {'failed' if ended == 'failed' else f'was {ended}'} ({clause(reason)})."


def _base(found: WorkflowExecutionDescription, request: HostingRequest) -> Progress:
    known = found.typed_search_attributes
    return Progress(
        reference=names.reference_of(found.id),
        account=request.account,
        customer=request.customer,
        outcome=outcome_of(found),
        order_ids=list(known.get(attributes.ORDER_IDS) or []),
    )


def _needs(found: WorkflowExecutionDescription) -> list[str]:
    return list(found.typed_search_attributes.get(attributes.NEEDS) or [])


def _numbers(request: HostingRequest, state: str, because: str) -> list[NumberProgress]:
    return [NumberProgress(phone_number=n, state=state, because=because) for n in request.phone_numbers]
