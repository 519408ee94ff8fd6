"""Which running requests hold a Telnyx order; asked before an order that is already there is taken over."""

from temporalio.client import Client

from domain import names


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
