"""Sends a message to a request and returns the request's answer.

No other module knows the names of a request's updates: callers pass a message, and its type selects the update.
"""

import asyncio
import random
import uuid
from collections.abc import Mapping
from typing import TypedDict, Unpack

from temporalio.client import (
    Client,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from domain import delays, names
from domain.messages import (
    Answer,
    AnswerAsk,
    Cancel,
    GiveUp,
    Message,
    ReplaceDocuments,
    ResendCodes,
    RetryNumbers,
    SubmitCodes,
)
from services import parsing, progress, server_state
from services.errors import Finished, NoAnswer, Refused, ServiceError

UPDATES: Mapping[type[Message], str] = {
    SubmitCodes: "submit_codes",
    ResendCodes: "resend_codes",
    ReplaceDocuments: "replace_documents",
    RetryNumbers: "retry_numbers",
    GiveUp: "give_up",
    AnswerAsk: "answer",
    Cancel: "cancel",
}
"""The update that takes each type of message."""

CODES_SIGNAL = "codes"
"""The signal that takes `SubmitCodes`. It returns no answer."""


class Sending(TypedDict, total=False):
    """The keyword arguments of everything that sends a message."""

    update_id: str
    """Stands for one human intention: the same id again returns the first answer. Without one, a new id is made."""
    within: float
    """Seconds to wait for the answer; `domain.delays.COMMAND_WAITS` unless given."""


_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 3.0
_ENDED_MEANWHILE = "AcceptedUpdateCompletedWorkflow"


async def send(client: Client, reference: str, message: Message, **sending: Unpack[Sending]) -> Answer:
    """Sends one message, of a type in `UPDATES`, to a request and waits for its answer.

    Raises:
        Refused: the request refuses the message. The text is the request's own sentence.
        UnknownReference: there is no such request.
        Finished: the request has ended.
        NoAnswer: no worker answered. The message may still be applied.
    """
    handle = client.get_workflow_handle(names.workflow_id(parsing.reference(reference)))
    sending["update_id"] = update_id = sending.get("update_id") or str(uuid.uuid4())
    try:
        return await send_to(handle, UPDATES[type(message)], message, **sending)
    except RPCError:  # NOT_FOUND: the request is unknown or has ended
        return await _earlier_answer(client, handle, reference, update_id)


async def send_to(
    handle: WorkflowHandle[object, object], update: str, message: Message, **sending: Unpack[Sending]
) -> Answer:
    """Sends one update to any workflow of ours and waits for its answer.

    Raises:
        Refused, Finished, NoAnswer: as for `send`.
        RPCError: the server knows no such running workflow.
    """
    update_id = sending.get("update_id") or str(uuid.uuid4())
    within = sending.get("within", delays.COMMAND_WAITS)
    try:
        async with asyncio.timeout(within):
            return await _send_until_admitted(handle, update, message, update_id)
    except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
        raise _unanswered(f"within {within:g} s", update_id) from None
    except WorkflowUpdateFailedError as error:
        raise _refusal(error, names.reference_of(handle.id)) from None
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise
        fault = server_state.fault(error)
        raise (_unanswered("as it should", update_id) if isinstance(fault, NoAnswer) else fault) from None


async def _send_until_admitted(
    handle: WorkflowHandle[object, object], update: str, message: Message, update_id: str
) -> Answer:
    """Sends an update. A workflow takes ten at a time, so the eleventh waits here for its turn."""
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


async def _earlier_answer(
    client: Client, handle: WorkflowHandle[object, object], reference: str, update_id: str
) -> Answer:
    """What a request that has ended answered to this id before it ended."""
    found = await server_state.describe(client, reference)
    update = handle.get_update_handle(update_id, result_type=Answer)
    try:
        async with asyncio.timeout(3):
            return Answer.model_validate(await update.result())
    except (TimeoutError, RPCError, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError):
        raise Finished(reference, progress.how_it_ended(found)) from None


def _refusal(error: WorkflowUpdateFailedError, reference: str) -> ServiceError:
    cause = error.cause
    if isinstance(cause, ApplicationError) and cause.type == _ENDED_MEANWHILE:
        return Finished(reference, "it ended just now")
    return Refused(getattr(cause, "message", "") or str(cause))


def _unanswered(how: str, update_id: str) -> NoAnswer:
    return NoAnswer(f"No worker answered {how}; it may still be applied: repeat with the same --id {update_id}")
