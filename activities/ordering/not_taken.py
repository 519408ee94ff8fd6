"""Open orders with numbers of a request that are not its order: why each stays at Telnyx, and how to remove it."""

from collections.abc import Iterable

from activities.order_state import snapshot
from activities.ordering.open_orders import numbers_of
from domain.activity_io import FindOrder, PlaceOrder
from domain.order_snapshot import OrderSnapshot, numbers_at_risk
from domain.text import join_some
from telnyx_api.replies import Order

_NOT_TAKEN = "was not taken over"
_MAY_BE_OURS = "may have been placed by this request, which cannot be told for sure"


def explain_not_taken(orders: Iterable[Order], work: PlaceOrder | FindOrder, taken: str = "") -> dict[str, str]:
    """A sentence for each of the orders but the one that was taken, by id."""
    return {order.id: _explain(order, work, _NOT_TAKEN) for order in orders if order.id != taken}


def explain_unclear(orders: Iterable[Order], work: FindOrder) -> dict[str, str]:
    """A sentence for each order of which it cannot be told whether the request placed it, by id."""
    return {order.id: _explain(order, work, _MAY_BE_OURS) for order in orders}


def _explain(order: Order, work: PlaceOrder | FindOrder, why: str) -> str:
    ours = sorted(numbers_of(order) & set(work.phone_numbers))
    others = sorted(numbers_of(order) - set(work.phone_numbers))
    also = f" It also names {join_some(others)}." if others else ""
    return (
        f"Order {order.id} ({order.status or 'no status'}) with {join_some(ours)} {why}.{also}"
        f" {_remedy(snapshot(order), others)}"
    )


def _remedy(order: OrderSnapshot, others: list[str]) -> str:
    """How to remove an order. To delete one may switch off its active numbers (docs/telnyx.md §11)."""
    if at_risk := numbers_at_risk(order):
        return f"Have Telnyx support remove it. To delete it could switch off {join_some(at_risk)}."
    delete = "Unless someone needs its other numbers, delete" if others else "Delete"
    return (
        f"{delete} it in the Telnyx portal while none of its numbers is active. Later have Telnyx support remove it,"
        " because to delete it could switch them off."
    )
