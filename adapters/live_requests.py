"""What a running request knows of its order; asked by the watch before it wakes the request."""

import asyncio
from datetime import timedelta

from temporalio.client import Client, WorkflowQueryFailedError, WorkflowQueryRejectedError
from temporalio.service import RPCError

from domain.activity_io import WatchOrder

_WITHIN = timedelta(seconds=3)
"""A worker that is there answers in milliseconds; without an answer the request is woken, which is never wrong."""


class LiveRequests:
    """Asks the requests themselves, which costs their histories nothing."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def query_watched(self, workflow_id: str, run_id: str) -> WatchOrder | None:
        """What the watch of a request would be told now; None when it watches nothing or cannot be asked."""
        handle = self._client.get_workflow_handle(workflow_id, run_id=run_id)
        try:
            async with asyncio.timeout(_WITHIN.total_seconds()):  # the limit of one try, and the client tries again
                known: WatchOrder | None = await handle.query("watched", result_type=WatchOrder, rpc_timeout=_WITHIN)
        except (TimeoutError, RPCError, WorkflowQueryFailedError, WorkflowQueryRejectedError):
            return None
        return known
