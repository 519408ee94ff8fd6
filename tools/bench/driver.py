"""Runs orders through a design, some at a time, and measures what every process uses meanwhile."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

from tools.bench.calls import Calls
from tools.bench.orders import Order
from tools.bench.results import Cost
from tools.bench.testbed import TestBed

AT_ONCE = 20
_SECONDS_FOR_ALL, _SECONDS_FOR_EACH = 300.0, 2.0  # far more than any design needs

Play = Callable[[Order], Awaitable[object]]
"""Runs one order from its start to its end."""


class NotAllSucceeded(Exception):  # noqa: N818 - named for what a person sees
    """Some orders of a design did not succeed, or there are too many. Its figures mean nothing."""


async def play_all(play: Play, orders: Sequence[Order], at_once: int = AT_ONCE) -> None:
    """Run every order, `at_once` at a time. The first that fails ends all."""
    free = asyncio.Semaphore(at_once)

    async def one(order: Order) -> None:
        async with free:
            await play(order)

    async with asyncio.timeout(_SECONDS_FOR_ALL + _SECONDS_FOR_EACH * len(orders)), asyncio.TaskGroup() as group:
        for order in orders:
            group.create_task(one(order))


class Runner:
    """Runs orders on a test bed, and checks all that it ever ran against the simulator."""

    def __init__(self, bed: TestBed, calls: Calls) -> None:
        self._bed = bed
        self._calls = calls
        self._played: list[Order] = []

    async def cost(self, play: Play, warm_up: Sequence[Order], orders: Sequence[Order], at_once: int = AT_ONCE) -> Cost:
        """The cost of `orders`, after an uncounted `warm_up`.

        Raises:
            NotAllSucceeded: the simulator does not have one successful order for each.
        """
        await play_all(play, warm_up, at_once)
        calls, before, began = await self._calls.count_calls(), self._bed.cpu(), time.perf_counter()
        await play_all(play, orders, at_once)
        seconds, after = time.perf_counter() - began, self._bed.cpu()
        self._played += [*warm_up, *orders]
        await all_succeeded(self._calls, self._played)
        return Cost(
            requests=len(orders),
            seconds=seconds,
            cpu_seconds={name: after[name] - before[name] for name in after},
            calls=await self._calls.count_calls() - calls,
        )


async def all_succeeded(calls: Calls, orders: Sequence[Order]) -> None:
    """Check that each order was created once and succeeded, according to the simulator.

    Raises:
        NotAllSucceeded: it was not. The text names the first such order.
    """
    wanted = sorted(tuple(sorted(order.phone_numbers)) for order in orders)
    truth = await calls.orders_in_truth()
    found = sorted(tuple(sorted(row["phone_number"] for row in order["phone_numbers"])) for order in truth)
    bad = [order for order in truth if order["status"] != "successful"]
    if bad:
        raise NotAllSucceeded(
            f"{len(bad)} of {len(truth)} orders did not succeed; {bad[0]['id']} is {bad[0]['status']}."
        )
    if found != wanted:
        raise NotAllSucceeded(f"The simulator has {len(found)} orders, and {len(wanted)} were to be made, once each.")
