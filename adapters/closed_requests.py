"""Whether a request is over, as its documents need to know."""

from datetime import datetime

from temporalio.client import Client, WorkflowExecutionStatus

from services import server_state
from services.errors import UnknownReference


class ClosedRequests:
    """Asks the Temporal server, which forgets a closed workflow itself after the namespace's retention."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def is_over(self, reference: str, *, since: datetime) -> bool:
        """Whether a request ended before an instant, or is not known at all.

        Raises:
            NoAnswer: the server does not answer, so nobody knows.
        """
        try:
            found = await server_state.describe(self._client, reference)
        except UnknownReference:
            return True
        closed = found.status is not WorkflowExecutionStatus.RUNNING and found.close_time is not None
        return closed and found.close_time is not None and found.close_time < since
