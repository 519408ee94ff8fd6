"""The orders under watch of an account, and the hints to their requests."""

from contextlib import suppress

from temporalio.client import Client, WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from domain import names
from domain.listing import NotHinted
from domain.messages import TelnyxNews
from runtime import watch_polls
from runtime.connection import converter_of
from services import last_read
from workflows import search_attributes as attributes


class TemporalWatchedOrders:
    """Implements the port `WatchedOrders` with search attributes, which lag a moment behind."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def find_watched(self, account: str) -> dict[str, str]:
        """Find the newest order of each running request of an account: order id to workflow id.

        The rounds before it are over. A watch knows nothing of their orders, so each new lister would hint them.
        """
        query = f"WorkflowType='{names.WORKFLOW_TYPE}' AND ExecutionStatus='Running' AND {names.ACCOUNT}='{account}'"
        watched: dict[str, str] = {}
        try:
            async for row in self._client.list_workflows(query, rpc_timeout=watch_polls.RPC_TIMEOUT):
                order_ids = row.typed_search_attributes.get(attributes.ORDER_IDS, [])
                watched.update(dict.fromkeys(order_ids[-1:], row.id))
        except RPCError as error:
            raise NotHinted(f"Temporal did not list the requests: {error.message}") from error
        return watched


class TemporalWatchHints:
    """Implements the port `WatchHints`: what a webhook does, without a webhook."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def send(self, account: str, order_id: str, workflow_id: str, *, mark: str, is_change: bool) -> bool:
        """Make the request read its order now, unless its watch has read the order with this mark already."""
        try:
            found = await self._client.get_workflow_handle(workflow_id).describe(rpc_timeout=watch_polls.RPC_TIMEOUT)
            if found.status is not WorkflowExecutionStatus.RUNNING:
                return False
            if _is_watched(found):
                return await self._poll(found, account, order_id, mark)
            return is_change and await self._signal(account, order_id, workflow_id)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False  # the request has ended, or its watch saw the change itself
            raise NotHinted(error.message) from error

    async def _poll(self, found: WorkflowExecutionDescription, account: str, order_id: str, mark: str) -> bool:
        note = await last_read.read_note(converter_of(self._client, found.id), found.raw_description.pending_activities)
        if note is not None and note.seen == mark:
            return False
        with suppress(TimeoutError):  # a poll takes long, or the server calls a pause a poll, as the test server does
            if await watch_polls.poll_now(self._client, found.id):
                return True
        return await self._signal(account, order_id, found.id)

    async def _signal(self, account: str, order_id: str, workflow_id: str) -> bool:
        news = TelnyxNews(account=account, order_id=order_id)
        handle = self._client.get_workflow_handle(workflow_id)
        await handle.signal(watch_polls.SIGNAL, news, rpc_timeout=watch_polls.RPC_TIMEOUT)
        return True


def _is_watched(found: WorkflowExecutionDescription) -> bool:
    return any(one.activity_type.name == names.WATCH_ACTIVITY for one in found.raw_description.pending_activities)
