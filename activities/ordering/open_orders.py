"""The orders that are there already: which of them are about a request's numbers, and what one of them means."""

from activities.order_state import judge, snapshot
from activities.ordering.attempts import Attempts
from activities.ports import Telnyx
from domain.activity_io import CurrentOrder, FindOrder, PlacementVerdict, PlaceOrder
from domain.order_snapshot import is_live
from domain.vocabulary import Next, NumberState
from telnyx_api.replies import Order


async def list_open_orders(telnyx: Telnyx, work: PlaceOrder | FindOrder, attempts: Attempts) -> list[Order]:
    """Every order of the account in which one of the numbers is still under way.

    What Telnyx shows to others who asked before is not enough: the list is read from a moment after this call on. By
    then the numbers are claimed, and the quarantine of what an earlier attempt sent is over.
    """
    with attempts.let_temporal_retry():
        orders = await telnyx.all_orders(named=work.phone_numbers)
    return [order for order in orders if _is_open(order, work)]


def is_exact(order: Order, work: PlaceOrder | FindOrder) -> bool:
    """Whether an order is for exactly these numbers and this messaging profile."""
    return order.messaging_profile_id == work.messaging_profile_id and numbers_of(order) == set(work.phone_numbers)


def numbers_of(order: Order) -> set[str]:
    """The numbers that an order names."""
    return {row.phone_number for row in order.phone_numbers}


def judge_placed(order: Order, work: PlaceOrder | FindOrder, *, watch_after: float = 0.0) -> PlacementVerdict:
    """The states of an order's numbers. What else it says is for the watch, which may wait only when that is nothing.

    `watch_after` is for how many seconds.
    """
    known = CurrentOrder(account=work.account, order_id=order.id, known={NumberState.NEW: work.phone_numbers})
    verdict = judge(snapshot(order), known)
    wait = watch_after if verdict.next is Next.WAIT else 0.0
    own = {"next": Next.GO_ON, "need": None, "digest": "", "watch_after": wait}
    return PlacementVerdict(**dict(verdict) | own)


def _is_open(order: Order, work: PlaceOrder | FindOrder) -> bool:
    return any(is_live(snapshot(order), number) for number in numbers_of(order) & set(work.phone_numbers))
