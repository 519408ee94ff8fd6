"""What a running request knows of its order. The watch asks before it wakes the request."""

from temporalio.client import Client

from domain import names
from domain.activity_io import WatchOrder
from services import queries


class LiveRequests:
    """Queries the requests themselves, which adds nothing to their histories."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def query_watched(self, workflow_id: str, run_id: str) -> WatchOrder | None:
        """What the watch of a request would compare with now; None when it watches nothing or does not answer.

        Without an answer the request is woken, which is never wrong.
        """
        handle = self._client.get_workflow_handle(workflow_id, run_id=run_id)
        return await queries.ask(handle, names.WATCHED_QUERY, WatchOrder)
