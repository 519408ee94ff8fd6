"""Open orders at Telnyx that nobody looks after: placed by hand, or left behind by a request that ended."""

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.ports import Accounts, HeldOrders
from activities.trouble import PERSON_NEEDED, retried
from domain.checks import Orphan, OrphansReport, OrphansRequest
from domain.order_words import ORDERS
from telnyx_api.replies import Order


class OrphanActivities:
    """Compares Telnyx with the running requests; changes nothing."""

    def __init__(self, accounts: Accounts, held: HeldOrders) -> None:
        self._accounts = accounts
        self._held = held

    @activity.defn(name="find_orphans")
    async def find_orphans(self, request: OrphansRequest) -> OrphansReport:
        """The open orders of an account that no running request holds; an unknown word counts as open.

        Raises:
            ApplicationError: final, in Telnyx's words, when the account cannot be used.
        """
        try:
            async with retried():
                orders = await self._accounts.telnyx(request.account).all_orders()
        except PERSON_NEEDED as error:
            raise ApplicationError(str(error), type=type(error).__name__, non_retryable=True) from None
        held = await self._held.held_orders()
        still_open = [order for order in orders if _is_open(order)]
        orphans = [
            Orphan(order_id=order.id, status=order.status, numbers=len(order.phone_numbers))
            for order in still_open
            if order.id not in held
        ]
        return OrphansReport(open_orders=len(still_open), orphans=orphans)


def _is_open(order: Order) -> bool:
    row = ORDERS.get(order.status)
    return row is None or not row.kind.is_terminal
