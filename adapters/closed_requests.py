"""Tells whether a request or an import is over, so that its documents can be deleted."""

from datetime import datetime

from temporalio.client import Client, WorkflowExecutionStatus

from services import server_state
from services.errors import UnknownReference


class ClosedRequests:
    """Implements the port `ClosedRequests` of `activities.forget_documents` with a Temporal client."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def is_over(self, reference: str, *, since: datetime) -> bool:
        """Whether a request or an import ended before an instant. The server forgets it after its retention period.

        Raises:
            NoAnswer: the server does not answer.
        """
        try:
            found = await server_state.describe_owner(self._client, reference)
        except UnknownReference:
            return True
        is_closed = found.status is not WorkflowExecutionStatus.RUNNING
        return is_closed and found.close_time is not None and found.close_time < since
