"""Drives orders through a design, so many at a time, and measures what every process spends meanwhile."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

from tools.bench.calls import Calls
from tools.bench.orders import Order
from tools.bench.results import Cost
from tools.bench.stand import Stand

AT_ONCE = 20
_SECONDS_FOR_ALL, _SECONDS_FOR_EACH = 300.0, 2.0  # far above what any design needs: only a hang takes so long

Play = Callable[[Order], Awaitable[object]]
"""Takes one order from its start to its end."""


class NotAllSucceeded(Exception):  # noqa: N818 - named for what a person sees
    """A design left orders that are not successful, or made too many: then its figures mean nothing."""


async def play_all(play: Play, orders: Sequence[Order], at_once: int = AT_ONCE) -> None:
    """Plays every order, so many at a time; the first that fails ends all."""
    free = asyncio.Semaphore(at_once)

    async def one(order: Order) -> None:
        async with free:
            await play(order)

    async with asyncio.timeout(_SECONDS_FOR_ALL + _SECONDS_FOR_EACH * len(orders)), asyncio.TaskGroup() as group:
        for order in orders:
            group.create_task(one(order))


class Track:
    """Plays orders on a stand, and knows which were played, so that nothing of them can get lost."""

    def __init__(self, stand: Stand, calls: Calls) -> None:
        self._stand = stand
        self._calls = calls
        self._played: list[Order] = []

    async def cost(self, play: Play, warm_up: Sequence[Order], orders: Sequence[Order], at_once: int = AT_ONCE) -> Cost:
        """What it costs to play `orders`, after `warm_up` was played for nothing.

        Raises:
            NotAllSucceeded: the simulator knows it otherwise than one successful order for each.
        """
        await play_all(play, warm_up, at_once)
        calls, before, began = await self._calls.count_calls(), self._stand.cpu(), time.perf_counter()
        await play_all(play, orders, at_once)
        seconds, after = time.perf_counter() - began, self._stand.cpu()
        self._played += [*warm_up, *orders]
        await all_succeeded(self._calls, self._played)
        return Cost(
            requests=len(orders),
            seconds=seconds,
            cpu_seconds={name: after[name] - before[name] for name in after},
            calls=await self._calls.count_calls() - calls,
        )


async def all_succeeded(calls: Calls, orders: Sequence[Order]) -> None:
    """Makes sure that each order was made once and ended well, in the simulator's truth.

    Raises:
        NotAllSucceeded: it was not so; the text names the first that was not.
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
