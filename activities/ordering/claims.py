"""The orders that are there already: which of them have a claim on a request's numbers, and what one in hand means."""

from temporalio import activity

from activities.order_state import judge, observe
from activities.ordering.attempts import Attempts
from activities.ports import Telnyx
from domain.activity_io import CurrentOrder, FindOrder, PlacementVerdict, PlaceOrder
from domain.order_snapshot import is_live
from domain.vocabulary import Next, NumberState
from telnyx_api.errors import OutcomeUnknown, TryLater
from telnyx_api.replies import Order


async def open_claims(telnyx: Telnyx, work: PlaceOrder | FindOrder, attempts: Attempts) -> list[Order]:
    """Every order of the account that still has a claim on one of the numbers."""
    try:
        orders = await telnyx.all_orders(on_page=_beat)
    except (TryLater, OutcomeUnknown) as error:
        raise attempts.failed(error, sending=False) from None
    return [order for order in orders if _has_claim(order, work)]


def is_exactly(order: Order, work: PlaceOrder | FindOrder) -> bool:
    """Whether an order is for just these numbers, on the same profile."""
    return order.messaging_profile_id == work.messaging_profile_id and named(order) == set(work.phone_numbers)


def named(order: Order) -> set[str]:
    """The numbers that an order names."""
    return {row.phone_number for row in order.phone_numbers}


def in_hand(order: Order, work: PlaceOrder | FindOrder) -> PlacementVerdict:
    """The order with its numbers' states; whatever else it says is left to the watch, which starts now."""
    known = CurrentOrder(account=work.account, order_id=order.id, known={NumberState.NEW: work.phone_numbers})
    verdict = judge(observe(order), known)
    return PlacementVerdict(**dict(verdict) | {"next": Next.GO_ON, "need": None, "digest": ""})


def _has_claim(order: Order, work: PlaceOrder | FindOrder) -> bool:
    """Whether an order is about one of the numbers, and still alive; most of an account's orders are about others."""
    return any(is_live(observe(order), number) for number in named(order) & set(work.phone_numbers))


def _beat(_page: int, _pages: int) -> None:
    activity.heartbeat()
