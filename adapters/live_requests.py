"""Asks a running request what it knows of its order. The watch asks before it wakes the request."""

from temporalio.client import Client

from domain import names
from domain.activity_io import WatchOrder
from services import queries


class LiveRequests:
    """Implements the port `LiveRequests` with Temporal queries, which add nothing to the histories."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def query_watched(self, workflow_id: str, run_id: str) -> WatchOrder | None:
        """Ask a request what its watch would be given now; None when it watches no order or does not answer.

        Without an answer the watch wakes the request, which is always right.
        """
        handle = self._client.get_workflow_handle(workflow_id, run_id=run_id)
        return await queries.ask(handle, names.WATCHED_QUERY, WatchOrder)
