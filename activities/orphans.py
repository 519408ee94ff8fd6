"""Orphans: open orders at Telnyx that no running request works on. People placed them, or a request left them."""

from collections import Counter
from collections.abc import Sequence

from temporalio import activity

from activities.heartbeats import send_heartbeats
from activities.inventory import find_hosted
from activities.order_state import snapshot
from activities.ordering.open_orders import numbers_of
from activities.ports import Accounts, Fingerprinter, HeldOrders, Telnyx
from activities.telnyx_failures import PERSON_NEEDED, final_failure, let_temporal_retry
from domain.checks import Orphan, OrphansReport, OrphansRequest, RequestHoldings
from domain.order_snapshot import numbers_at_risk, open_numbers
from domain.order_statuses import OrderKind
from telnyx_api.replies import Order


class OrphanActivities:
    """Compares Telnyx's orders with the running requests, and changes nothing."""

    def __init__(self, accounts: Accounts, held_orders: HeldOrders, fingerprints: Fingerprinter) -> None:
        self._accounts = accounts
        self._held_orders = held_orders
        self._fingerprints = fingerprints

    @activity.defn(name="find_orphans")
    async def find_orphans(self, request: OrphansRequest) -> OrphansReport:
        """Find the open orders of an account that no running request works on; an unknown status counts as open.

        A request may name its order only minutes after it was placed. So an order is set apart when it holds a number
        of a running request: to delete it may be to delete that request's order. The request itself knows better: what
        it left behind is reported as such.

        Raises:
            ApplicationError: final, in Telnyx's words, when the account does not work.
        """
        telnyx = self._accounts.telnyx(request.account)
        try:
            async with let_temporal_retry():
                orders = [order for order in await telnyx.all_orders() if _is_open(order)]
            async with send_heartbeats():
                holdings = await self._held_orders.find_held(request.account)
                references = {order.id: self._reference(order, holdings) for order in orders}
                left = await self._find_left(orders, references, holdings)
            doubtful = [order for order in orders if order.id in left or order.id not in holdings.order_ids]
            async with let_temporal_retry():
                found = await _describe(telnyx, doubtful, references)
        except PERSON_NEEDED as error:
            raise final_failure(error) from None
        return OrphansReport(
            open_orders=len(orders),
            orphans=[orphan for orphan in found if not orphan.reference],
            unnamed=[orphan for orphan in found if orphan.reference and orphan.order_id not in left],
            left=[orphan for orphan in found if orphan.order_id in left],
        )

    def _reference(self, order: Order, holdings: RequestHoldings) -> str:
        """The running request that names an order, or works on a number of it; empty when there is none."""
        fingerprints = [self._fingerprints.of(number.phone_number) for number in order.phone_numbers]
        requests = [holdings.fingerprints[one] for one in fingerprints if one in holdings.fingerprints]
        return holdings.order_ids.get(order.id) or (requests[0] if requests else "")

    async def _find_left(
        self, orders: Sequence[Order], references: dict[str, str], holdings: RequestHoldings
    ) -> set[str]:
        """The orders that their requests left behind. A request that names this order alone works on it."""
        named = Counter(holdings.order_ids.values())
        unclear = [order for order in orders if order.id not in holdings.order_ids or named[references[order.id]] > 1]
        asked = sorted({references[order.id] for order in unclear} - {""})
        left = {reference: " ".join(await self._held_orders.find_left(reference)) for reference in asked}
        return {order.id for order in unclear if order.id in left.get(references[order.id], "")}


async def _describe(telnyx: Telnyx, orders: Sequence[Order], references: dict[str, str]) -> list[Orphan]:
    hosted = set(await find_hosted(telnyx, sorted(set[str]().union(*map(numbers_of, orders)))))
    return [
        Orphan(
            order_id=order.id,
            status=order.status,
            numbers=len(order.phone_numbers),
            reference=references[order.id],
            at_risk=bool(numbers_at_risk(snapshot(order)) or hosted & numbers_of(order)),
        )
        for order in orders
    ]


def _is_open(order: Order) -> bool:
    """Whether Telnyx still has something to do. An order that succeeded may still hold a number that did not."""
    seen = snapshot(order)
    if seen.kind is OrderKind.DONE:
        return bool(open_numbers(seen, seen.numbers))
    return seen.kind is None or not seen.kind.is_terminal
