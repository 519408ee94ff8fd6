"""Sends a message to a request and returns the request's answer.

No other module knows the names of a request's updates: callers pass a message, and its type selects the update.
"""

import asyncio
import random
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TypedDict, Unpack

from temporalio.client import (
    Client,
    WorkflowExecutionStatus,
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
from runtime.codec import UndecryptablePayload
from services import parsing, progress, server_state, unreadable_answers
from services.errors import FailingWorker, Finished, NoAnswer, Refused, ServiceError

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
_EARLIER_WITHIN = 3.0
_ENDED_MEANWHILE = "AcceptedUpdateCompletedWorkflow"


async def send(client: Client, reference: str, message: Message, **sending: Unpack[Sending]) -> Answer:
    """Sends one message, of a type in `UPDATES`, to a request and waits for its answer.

    Raises:
        Refused: the request refuses the message. The text is the request's own sentence.
        UnknownReference: there is no such request.
        Finished: the request has ended.
        UnreadableAnswer: the message was applied, and this process has no key for the answer.
        NoAnswer: no worker answered. The message may still be applied.
    """
    workflow_id = names.workflow_id(parsing.reference(reference))
    sending["update_id"] = update_id = sending.get("update_id") or str(uuid.uuid4())
    try:
        return await send_to(client, workflow_id, UPDATES[type(message)], message, **sending)
    except FailingWorker:
        await server_state.asked_for(client, workflow_id)  # says so when no worker can ever read the request
        raise
    except RPCError:  # NOT_FOUND: the request is unknown or has ended
        return await _earlier_answer(client, reference, update_id)


async def send_to(
    client: Client, workflow_id: str, update: str, message: Message, **sending: Unpack[Sending]
) -> Answer:
    """Sends one update to any workflow of ours and waits for its answer.

    Raises:
        Refused, Finished, UnreadableAnswer, NoAnswer: as for `send`.
        RPCError: the server knows no such running workflow.
    """
    handle = client.get_workflow_handle(workflow_id)
    update_id = sending.get("update_id") or str(uuid.uuid4())
    async with _answered(client, workflow_id, update_id, sending.get("within", delays.COMMAND_WAITS)):
        return await _send_until_admitted(handle, update, message, update_id)


@asynccontextmanager
async def _answered(client: Client, workflow_id: str, update_id: str, within: float) -> AsyncIterator[None]:
    """Ends the wait for an answer in time, and turns each way to get none into our error, except NOT_FOUND."""
    try:
        async with asyncio.timeout(within):
            yield
    except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
        raise _unanswered(f"within {within:g} s", update_id) from None
    except WorkflowUpdateFailedError as error:
        raise _refusal(error, names.reference_of(workflow_id)) from None
    except UndecryptablePayload as error:
        raise await unreadable_answers.meaning(client, workflow_id, update_id, error) from None
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise
        raise _fault(error, update_id) from None


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


async def _earlier_answer(client: Client, reference: str, update_id: str) -> Answer:
    """What a request that has ended answered to this id before it ended."""
    found = await server_state.describe(client, reference)
    update = client.get_workflow_handle(found.id).get_update_handle(update_id, result_type=Answer)
    try:
        async with _answered(client, found.id, update_id, _EARLIER_WITHIN):
            return Answer.model_validate(await update.result())
    except RPCError:  # NOT_FOUND: it answered no message with this id
        if found.status is WorkflowExecutionStatus.RUNNING:  # it was started again just now
            raise _unanswered("as it should", update_id) from None
        raise Finished(reference, progress.how_it_ended(found)) from None


def _refusal(error: WorkflowUpdateFailedError, reference: str) -> ServiceError:
    cause = error.cause
    if isinstance(cause, ApplicationError) and cause.type == _ENDED_MEANWHILE:
        return Finished(reference, "just now, and may have done this before")
    return Refused(getattr(cause, "message", "") or str(cause))


def _fault(error: RPCError, update_id: str) -> ServiceError:
    fault = server_state.fault(error)
    is_passing = isinstance(fault, NoAnswer) and not isinstance(fault, FailingWorker)
    return _unanswered("as it should", update_id) if is_passing else fault


def _unanswered(how: str, update_id: str) -> NoAnswer:
    return NoAnswer(f"No worker answered {how}; it may still be applied: repeat with the same --id {update_id}")
