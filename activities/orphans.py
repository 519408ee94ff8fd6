"""Open orders at Telnyx that nobody looks after: placed by hand, or left behind by a request that ended."""

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.ports import Accounts, Fingerprinter, HeldOrders
from activities.telnyx_failures import PERSON_NEEDED, let_temporal_retry
from domain.checks import Orphan, OrphansReport, OrphansRequest, RequestHoldings
from domain.order_statuses import ORDERS
from telnyx_api.replies import Order


class OrphanActivities:
    """Compares Telnyx with the running requests; changes nothing."""

    def __init__(self, accounts: Accounts, held: HeldOrders, fingerprints: Fingerprinter) -> None:
        self._accounts = accounts
        self._held = held
        self._fingerprints = fingerprints

    @activity.defn(name="find_orphans")
    async def find_orphans(self, request: OrphansRequest) -> OrphansReport:
        """The open orders of an account that no running request names; an unknown word counts as open.

        A request names an order only once Telnyx has answered and nothing is doubtful, minutes after it was placed
        perhaps. So an order with a number of a running request is set apart: to delete it could be to delete its order.

        Raises:
            ApplicationError: final, in Telnyx's words, when the account cannot be used.
        """
        try:
            async with let_temporal_retry():
                orders = await self._accounts.telnyx(request.account).all_orders()
        except PERSON_NEEDED as error:
            raise ApplicationError(str(error), type=type(error).__name__, non_retryable=True) from None
        held = await self._held.find_held(request.account)
        still_open = [order for order in orders if _is_open(order)]
        found = [self._seen(order, held) for order in still_open if order.id not in held.order_ids]
        return OrphansReport(
            open_orders=len(still_open),
            orphans=[one for one in found if not one.reference],
            unnamed=[one for one in found if one.reference],
        )

    def _seen(self, order: Order, held: RequestHoldings) -> Orphan:
        fingerprints = [self._fingerprints.of(number.phone_number) for number in order.phone_numbers]
        requests = [held.fingerprints[one] for one in fingerprints if one in held.fingerprints]
        return Orphan(
            order_id=order.id,
            status=order.status,
            numbers=len(order.phone_numbers),
            reference=requests[0] if requests else "",
        )


def _is_open(order: Order) -> bool:
    row = ORDERS.get(order.status)
    return row is None or not row.kind.is_terminal
