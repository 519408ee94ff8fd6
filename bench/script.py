"""Design (b): a plain asyncio script. It forgets everything when it ends, and is what the calls cost at the least."""

import asyncio

from bench.calls import SECONDS_BETWEEN_LOOKS, Calls
from bench.orders import Order, Papers


async def play(calls: Calls, papers: Papers, order: Order) -> None:
    """Takes one order through the flow.

    Raises:
        RuntimeError: Telnyx said no.
    """
    if not await calls.check_eligibility(order.phone_numbers):
        raise RuntimeError(f"A number of {order.reference} cannot be hosted.")
    order_id = await calls.create_order(order.phone_numbers)
    await calls.request_codes(order_id, order.phone_numbers)
    codes = await calls.codes_on_handsets(order.phone_numbers)
    if not await calls.submit_codes(order_id, codes):
        raise RuntimeError(f"A code of {order.reference} was wrong.")
    await calls.upload(order_id, papers.loa, papers.bill)
    while await calls.order_status(order_id) != "successful":  # noqa: ASYNC110 - HTTP has no event to wait for
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
