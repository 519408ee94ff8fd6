"""Queries a workflow. Its worker has to answer."""

import asyncio
from datetime import timedelta
from typing import TypeVar

from pydantic import BaseModel
from temporalio.client import WorkflowHandle, WorkflowQueryFailedError, WorkflowQueryRejectedError
from temporalio.service import RPCError

from domain import delays
from runtime.codec import UndecryptablePayload

_Reply = TypeVar("_Reply", bound=BaseModel)


async def ask(
    handle: WorkflowHandle[object, object], query: str, shape: type[_Reply], within: float = delays.WORKER_WITHIN
) -> _Reply | None:
    """The answer to a query; None when the query fails or no worker answers within so many seconds.

    Raises:
        UndecryptablePayload: a worker answered, and this process has no key for its answer.
    """
    limit = timedelta(seconds=within)
    try:
        async with asyncio.timeout(within):  # the RPC limit is for one attempt, and the client tries again
            answer = await handle.query(query, result_type=shape, rpc_timeout=limit)
    except (TimeoutError, RPCError, WorkflowQueryFailedError, WorkflowQueryRejectedError):
        return None
    except UndecryptablePayload as error:
        raise UndecryptablePayload(f"What the worker answered cannot be read here. {error}") from None
    return None if answer is None else shape.model_validate(answer)
