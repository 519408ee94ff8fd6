"""Design (b): a plain asyncio script. It forgets everything when it ends, and shows the minimum cost of the calls."""

import asyncio

from tools.bench.calls import SECONDS_BETWEEN_POLLS, Calls
from tools.bench.orders import Documents, Order


async def play(calls: Calls, documents: Documents, order: Order) -> None:
    """Run one order through the flow.

    Raises:
        RuntimeError: Telnyx said no.
    """
    order_id = await have_codes_sent(calls, order)
    codes = await calls.codes_on_handsets(order.phone_numbers)
    if not await calls.submit_codes(order_id, codes):
        raise RuntimeError(f"A code of {order.reference} was wrong.")
    await calls.upload(order_id, documents.loa, documents.bill)
    while await calls.order_status(order_id) != "successful":  # noqa: ASYNC110 - HTTP has no event to wait for
        await asyncio.sleep(SECONDS_BETWEEN_POLLS)


async def have_codes_sent(calls: Calls, order: Order) -> str:
    """Run one order until it needs its codes. Returns its id.

    Raises:
        RuntimeError: Telnyx said no.
    """
    if not await calls.check_eligibility(order.phone_numbers):
        raise RuntimeError(f"A number of {order.reference} cannot be hosted.")
    order_id = await calls.create_order(order.phone_numbers)
    await calls.request_codes(order_id, order.phone_numbers)
    return order_id


class Waiting:
    """Orders that wait for a person forever. A script keeps one task for each."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, order: Order) -> None:
        """Run one order until it waits for its codes, and leave it there."""
        order_id = await have_codes_sent(self._calls, order)
        self._tasks.add(asyncio.create_task(self._wait(order_id)))

    async def _wait(self, order_id: str) -> None:
        codes = await asyncio.Future[dict[str, str]]()
        await self._calls.submit_codes(order_id, codes)

    def stop(self) -> None:
        """Forget all of them."""
        for task in self._tasks:
            task.cancel()
