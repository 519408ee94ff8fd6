"""Finds the running requests that hold an order, before the order is adopted or called an orphan."""

from temporalio.client import Client

from domain import names
from domain.checks import RequestHoldings
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
        held = RequestHoldings(order_ids=set(), fingerprints={})
        async for row in self._client.list_workflows(query):
            known = row.typed_search_attributes
            if (known.get(attributes.ACCOUNT) or "default") == account:
                held.order_ids.update(known.get(attributes.ORDER_IDS, []))
                fingerprints = known.get(attributes.PHONE_NUMBERS, [])
                held.fingerprints.update(dict.fromkeys(fingerprints, names.reference_of(row.id)))
        return held
