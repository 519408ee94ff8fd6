"""Says something to a request and brings its answer back: codes, documents, a cancel, whatever changes it."""

import asyncio
import random

from temporalio.client import (
    Client,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from domain import names
from domain.messages import Answer, Message
from services import parsing, progress, server_state
from services.errors import Finished, NoAnswer, Refused, ServiceError

ANSWER_WITHIN = 20.0
"""Seconds; after a worker's death the first answer alone takes 10."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 3.0
_ENDED_MEANWHILE = "AcceptedUpdateCompletedWorkflow"


async def send(  # noqa: PLR0913 - who, what, under which id and how long are one question
    client: Client,
    reference: str,
    update: str,
    message: Message,
    *,
    update_id: str,
    within: float = ANSWER_WITHIN,
) -> Answer:
    """Sends one update and waits for its answer.

    Args:
        client: of Temporal.
        reference: of the request.
        update: name of the update, such as `submit_codes`.
        message: its one argument.
        update_id: stands for one human intention; the same id again brings back the first answer.
        within: seconds to wait.

    Raises:
        Refused: the request refuses it; the text is the request's own sentence.
        UnknownReference: there is no such request.
        Finished: the request is closed.
        NoAnswer: nobody answered; it may still be applied.
    """
    handle = client.get_workflow_handle(names.workflow_id(parsing.reference(reference)))
    try:
        async with asyncio.timeout(within):
            return await _send_until_taken(handle, update, message, update_id)
    except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
        raise silent(within, update_id) from None
    except WorkflowUpdateFailedError as error:
        raise _refusal(error, reference) from None
    except RPCError as error:
        return await _after_fault(client, handle, error, reference, update_id)


async def _send_until_taken(
    handle: WorkflowHandle[object, object], update: str, message: Message, update_id: str
) -> Answer:
    """A request takes ten updates at a time; the eleventh waits its turn here."""
    pause = _FIRST_PAUSE
    while True:
        try:
            answer = await handle.execute_update(update, message, id=update_id, result_type=Answer)
        except RPCError as error:
            if error.status is not RPCStatusCode.RESOURCE_EXHAUSTED:
                raise
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - spreads callers, guards nothing
            pause = min(pause * 2, _LONGEST_PAUSE)
        else:
            return Answer.model_validate(answer)


async def _after_fault(
    client: Client, handle: WorkflowHandle[object, object], error: RPCError, reference: str, update_id: str
) -> Answer:
    if error.status is not RPCStatusCode.NOT_FOUND:
        fault = server_state.fault(error)
        raise silent(None, update_id) if isinstance(fault, NoAnswer) else fault from None
    found = await server_state.describe(client, reference)
    earlier = await _first_answer(handle, update_id)
    if earlier is not None:
        return earlier
    raise finished(reference, progress.how_it_ended(found))


async def _first_answer(handle: WorkflowHandle[object, object], update_id: str) -> Answer | None:
    """What a request that is closed now answered to this id before; None when it never saw it."""
    update = handle.get_update_handle(update_id, result_type=Answer)
    try:
        async with asyncio.timeout(3):
            return Answer.model_validate(await update.result())
    except (TimeoutError, RPCError, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError):
        return None


def finished(reference: str, how: str) -> Finished:
    """The refusal of a closed request."""
    return Finished(
        f"{reference} is finished ({how}), so it takes nothing any more: see `hosted-sms show {reference}`."
    )


def _refusal(error: WorkflowUpdateFailedError, reference: str) -> ServiceError:
    cause = error.cause
    if isinstance(cause, ApplicationError) and cause.type == _ENDED_MEANWHILE:
        return finished(reference, "it ended in this moment")
    return Refused(getattr(cause, "message", "") or str(cause))


def silent(within: float | None, update_id: str) -> NoAnswer:
    """What to say when nobody answered, within so many seconds if that was the limit."""
    wait = f"within {within:g} s" if within is not None else "as it should"
    return NoAnswer(f"No worker answered {wait}; it may still be applied: repeat with the same --id {update_id}")
