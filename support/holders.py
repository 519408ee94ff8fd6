"""Which running requests hold a Telnyx order; asked before an order that is already there is taken over."""

from temporalio.client import Client

from domain import names
from workflows import search_attributes as attributes


class RunningHolders:
    """Looks in the search attributes, which lag a moment behind."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def holders_of(self, order_id: str, *, besides: str) -> list[str]:
        """The references of the running requests, besides one, that hold an order."""
        if not names.is_reference(order_id):
            return []  # not an id of Telnyx's, and nothing that may stand in a query
        query = f"WorkflowType='{names.WORKFLOW_TYPE}' AND ExecutionStatus='Running' AND {names.ORDER_IDS}='{order_id}'"
        found = [names.reference_of(row.id) async for row in self._client.list_workflows(query)]
        return [reference for reference in found if reference != besides]

    async def held_orders(self) -> set[str]:
        """Every order that a running request holds, of the newest 50 of each."""
        query = f"WorkflowType='{names.WORKFLOW_TYPE}' AND ExecutionStatus='Running'"
        held: set[str] = set()
        async for row in self._client.list_workflows(query):
            held.update(row.typed_search_attributes.get(attributes.ORDER_IDS, []))
        return held
