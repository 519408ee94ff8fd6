"""The orders that are there already: which of them are about a request's numbers, and what one of them means."""

from temporalio import activity

from activities.order_state import judge, snapshot
from activities.ordering.attempts import Attempts
from activities.ports import Telnyx
from domain.activity_io import CurrentOrder, FindOrder, PlacementVerdict, PlaceOrder
from domain.order_snapshot import is_live
from domain.vocabulary import Next, NumberState
from telnyx_api.replies import Order


async def list_open_orders(telnyx: Telnyx, work: PlaceOrder | FindOrder, attempts: Attempts) -> list[Order]:
    """Every order of the account in which one of the numbers is still under way."""
    with attempts.let_temporal_retry():
        orders = await telnyx.all_orders(on_page=lambda _page, _pages: activity.heartbeat())
    return [order for order in orders if _is_open(order, work)]


def is_exact(order: Order, work: PlaceOrder | FindOrder) -> bool:
    """Whether an order is for exactly these numbers and this messaging profile."""
    return order.messaging_profile_id == work.messaging_profile_id and numbers_of(order) == set(work.phone_numbers)


def numbers_of(order: Order) -> set[str]:
    """The numbers that an order names."""
    return {row.phone_number for row in order.phone_numbers}


def judge_placed(order: Order, work: PlaceOrder | FindOrder) -> PlacementVerdict:
    """The states of an order's numbers. What else the order says is for the watch, which starts now."""
    known = CurrentOrder(account=work.account, order_id=order.id, known={NumberState.NEW: work.phone_numbers})
    verdict = judge(snapshot(order), known)
    return PlacementVerdict(**dict(verdict) | {"next": Next.GO_ON, "need": None, "digest": ""})


def _is_open(order: Order, work: PlaceOrder | FindOrder) -> bool:
    return any(is_live(snapshot(order), number) for number in numbers_of(order) & set(work.phone_numbers))
