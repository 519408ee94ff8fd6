"""Orphans: open orders at Telnyx that no running request names. People placed them, or an ended request left them."""

from temporalio import activity

from activities.order_state import snapshot
from activities.ports import Accounts, Fingerprinter, HeldOrders
from activities.telnyx_failures import PERSON_NEEDED, final_failure, let_temporal_retry
from domain.checks import Orphan, OrphansReport, OrphansRequest, RequestHoldings
from telnyx_api.replies import Order


class OrphanActivities:
    """Compares Telnyx's orders with the running requests, and changes nothing."""

    def __init__(self, accounts: Accounts, held_orders: HeldOrders, fingerprints: Fingerprinter) -> None:
        self._accounts = accounts
        self._held_orders = held_orders
        self._fingerprints = fingerprints

    @activity.defn(name="find_orphans")
    async def find_orphans(self, request: OrphansRequest) -> OrphansReport:
        """Find the open orders of an account that no running request names; an unknown status counts as open.

        A request may name its order only minutes after it was placed. So an order is set apart when it holds a number
        of a running request: to delete it may be to delete that request's order.

        Raises:
            ApplicationError: final, in Telnyx's words, when the account does not work.
        """
        orders = await self._list_open(request.account)
        holdings = await self._held_orders.find_held(request.account)
        unnamed = [self._describe(order, holdings) for order in orders if order.id not in holdings.order_ids]
        return OrphansReport(
            open_orders=len(orders),
            orphans=[orphan for orphan in unnamed if not orphan.reference],
            unnamed=[orphan for orphan in unnamed if orphan.reference],
        )

    async def _list_open(self, account: str) -> list[Order]:
        try:
            async with let_temporal_retry():
                orders = await self._accounts.telnyx(account).all_orders()
        except PERSON_NEEDED as error:
            raise final_failure(error) from None
        return [order for order in orders if _is_open(order)]

    def _describe(self, order: Order, holdings: RequestHoldings) -> Orphan:
        fingerprints = [self._fingerprints.of(number.phone_number) for number in order.phone_numbers]
        requests = [holdings.fingerprints[one] for one in fingerprints if one in holdings.fingerprints]
        return Orphan(
            order_id=order.id,
            status=order.status,
            numbers=len(order.phone_numbers),
            reference=requests[0] if requests else "",
        )


def _is_open(order: Order) -> bool:
    kind = snapshot(order).kind
    return kind is None or not kind.is_terminal
