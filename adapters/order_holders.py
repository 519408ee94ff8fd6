"""Finds the running requests that hold an order, before the order is adopted or called an orphan."""

from temporalio.client import Client

from domain import names
from domain.checks import RequestHoldings
from domain.messages import Progress
from services import queries
from workflows import search_attributes as attributes


class TemporalOrderHolders:
    """Implements the ports `OrderHolders` and `HeldOrders` with search attributes, which lag a moment behind."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def find_holders(self, order_id: str, *, besides: str) -> list[str]:
        """Find the references of the running requests, besides one, that hold an order."""
        if not names.is_reference(order_id):
            return []  # no id of Telnyx looks like this, and the query must not contain it
        query = f"WorkflowType='{names.WORKFLOW_TYPE}' AND ExecutionStatus='Running' AND {names.ORDER_IDS}='{order_id}'"
        found = [names.reference_of(row.id) async for row in self._client.list_workflows(query)]
        return [reference for reference in found if reference != besides]

    async def find_held(self, account: str) -> RequestHoldings:
        """Find the newest 50 orders of each running request of an account, and all its numbers."""
        query = f"WorkflowType='{names.WORKFLOW_TYPE}' AND ExecutionStatus='Running'"
        held = RequestHoldings(order_ids={}, fingerprints={})
        async for row in self._client.list_workflows(query):
            known = row.typed_search_attributes
            if (known.get(attributes.ACCOUNT) or "default") == account:
                reference = names.reference_of(row.id)
                held.order_ids.update(dict.fromkeys(known.get(attributes.ORDER_IDS, []), reference))
                held.fingerprints.update(dict.fromkeys(known.get(attributes.PHONE_NUMBERS, []), reference))
        return held

    async def find_left(self, reference: str) -> list[str]:
        """Ask a running request what it left at Telnyx; empty when no worker answers."""
        handle = self._client.get_workflow_handle(names.workflow_id(reference))
        shown = await queries.ask(handle, names.PROGRESS_QUERY, Progress)
        return shown.left_behind if shown else []
