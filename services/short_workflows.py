"""Runs a short workflow on the worker, for what needs a Telnyx key: only the worker holds one."""

import asyncio
import uuid
from datetime import timedelta
from typing import TypeVar

from pydantic import BaseModel
from temporalio.client import Client, WorkflowFailureError
from temporalio.exceptions import ApplicationError
from temporalio.exceptions import TimeoutError as TemporalTimeoutError
from temporalio.service import RPCError

from domain import names
from runtime.codec import UndecryptablePayload
from services import server_state
from services.errors import NoAnswer, Refused, WorkerSilent

_Report = TypeVar("_Report", bound=BaseModel)


async def run(
    client: Client, workflow_type: str, request: BaseModel, report: type[_Report], limit: timedelta
) -> _Report:
    """Runs a short workflow. The server itself ends it at the limit, so that nothing is left behind.

    Raises:
        NoAnswer: no worker did it within the limit.
        Refused: it failed. The text says why.
        UndecryptablePayload: it was done, and this process has no key for the report.
    """
    await require_worker(client)
    try:
        async with asyncio.timeout(limit.total_seconds() + 2):
            with server_state.server_faults():
                result = await client.execute_workflow(
                    workflow_type,
                    request,
                    id=f"{workflow_type.lower()}-{uuid.uuid4()}",
                    task_queue=names.LOCAL_QUEUE,
                    execution_timeout=limit,
                    result_type=report,
                )
    except WorkflowFailureError as error:
        raise failure(error, limit) from None
    except (TimeoutError, RPCError):
        raise _unanswered(limit) from None
    except UndecryptablePayload as error:
        raise UndecryptablePayload(f"What the worker answered cannot be read here. {error}") from None
    return report.model_validate(result)


async def require_worker(client: Client) -> None:
    """Raises NoAnswer at once when no worker polled within the last minutes. One that left just now goes unnoticed."""
    if not await server_state.has_pollers(client, names.LOCAL_QUEUE):
        raise WorkerSilent("No worker runs")


def failure(error: WorkflowFailureError, limit: timedelta) -> NoAnswer | Refused:
    """What a failed workflow means for the person: its innermost cause names what happened.

    A failure that Temporal would have tried again may pass, so it is no refusal.
    """
    if isinstance(error.cause, TemporalTimeoutError):
        return _unanswered(limit)
    cause: BaseException = error.cause
    while cause.__cause__ is not None:  # the outer causes only say where
        cause = cause.__cause__
    reason, seconds = getattr(cause, "message", "") or str(cause), f"{limit.total_seconds():g} s"
    if isinstance(cause, TemporalTimeoutError):
        return WorkerSilent(f"A worker took this, but was not done within {seconds}", "and try again")
    if isinstance(cause, ApplicationError) and not cause.non_retryable:
        return NoAnswer(f"A worker did not succeed within {seconds}. {reason}")
    return Refused(reason)


def _unanswered(limit: timedelta) -> NoAnswer:
    return WorkerSilent(f"No worker answered within {limit.total_seconds():g} s")
