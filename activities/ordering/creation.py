"""The creation of an order: one POST, and a look at what became of it."""

import asyncio
from contextlib import suppress

import structlog

from activities.ordering.open_orders import numbers_of
from activities.ports import Telnyx
from domain import delays
from domain.activity_io import PlaceOrder
from domain.text import join_some
from telnyx_api.errors import TelnyxError
from telnyx_api.replies import Order

log = structlog.get_logger(__name__)


class AnotherOrder(Exception):  # noqa: N818 - named for what the answer holds
    """Telnyx answered with an order that names numbers of others. What became of ours is unknown."""


async def create_order(telnyx: Telnyx, work: PlaceOrder) -> Order:
    """Create the order; also when cancelled, since an order whose id is lost could never be removed.

    Raises:
        AnotherOrder: the answer is about another order.
        TelnyxError: Telnyx refuses, or does not answer as it should.
    """
    creating = asyncio.ensure_future(_create(telnyx, work))
    while not creating.done():
        with suppress(asyncio.CancelledError):
            await asyncio.wait([creating])
    return creating.result()


async def _create(telnyx: Telnyx, work: PlaceOrder) -> Order:
    order = await telnyx.create_order(work.messaging_profile_id, work.phone_numbers)
    log.info("order_placed", reference=work.reference, order_id=order.id, numbers=len(work.phone_numbers))
    if set(work.phone_numbers) == numbers_of(order):
        return order
    order = await _read_again(telnyx, order)  # the answer left numbers out, which does not prove that the order does
    if numbers_of(order).isdisjoint(work.phone_numbers):  # an order without any of them would be removed
        await asyncio.sleep(delays.SECOND_LOOK)
        order = await _read_again(telnyx, order)
    if strangers := sorted(numbers_of(order) - set(work.phone_numbers)):
        named = f"which names numbers that were not ordered: {join_some(strangers)}"
        raise AnotherOrder(f"Telnyx answered with the order {order.id}, {named}.")
    return order


async def _read_again(telnyx: Telnyx, order: Order) -> Order:
    """The order as it is now, or as it was when Telnyx does not show it."""
    with suppress(TelnyxError):
        return await telnyx.get_order(order.id)
    return order
