"""Which running requests hold a Telnyx order; asked before an order is taken over, or called an orphan."""

from temporalio.client import Client

from domain import names
from domain.checks import RequestHoldings
from workflows import search_attributes as attributes


class TemporalOrderHolders:
    """Looks in the search attributes, which lag a moment behind."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def find_holders(self, order_id: str, *, besides: str) -> list[str]:
        """The references of the running requests, besides one, that hold an order."""
        if not names.is_reference(order_id):
            return []  # not an id of Telnyx's, and nothing that may stand in a query
        query = f"WorkflowType='{names.WORKFLOW_TYPE}' AND ExecutionStatus='Running' AND {names.ORDER_IDS}='{order_id}'"
        found = [names.reference_of(row.id) async for row in self._client.list_workflows(query)]
        return [reference for reference in found if reference != besides]

    async def find_held(self, account: str) -> RequestHoldings:
        """What the running requests of an account hold: the newest 50 orders of each, and every number."""
        query = f"WorkflowType='{names.WORKFLOW_TYPE}' AND ExecutionStatus='Running'"
        held = RequestHoldings(order_ids=set(), fingerprints={})
        async for row in self._client.list_workflows(query):
            known = row.typed_search_attributes
            if (known.get(attributes.ACCOUNT) or "default") == account:
                held.order_ids.update(known.get(attributes.ORDER_IDS, []))
                fingerprints = known.get(attributes.PHONE_NUMBERS, [])
                held.fingerprints.update(dict.fromkeys(fingerprints, names.reference_of(row.id)))
        return held
