"""Measures the designs side by side: each on a stand of its own, with the same orders, one after another."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from runtime.connection import data_converter
from tools.bench import naive, ours, postgres, script
from tools.bench.calls import Calls, quick_client
from tools.bench.driver import Play, Track
from tools.bench.histories import stored
from tools.bench.orders import Order, orders
from tools.bench.results import Cost, Design, shortest
from tools.bench.stand import Stand
from tools.bench.waiting_memory import bytes_per_waiting

WIDE = 200
"""Numbers of a wide request: the most that Telnyx takes (Telnyx facts §9)."""

_OTHERS = {"narrow": 1_000_000, "wide": 2_000_000, "waiting": 3_000_000}
"""Where in the supply of numbers those begin that are not played with others under way."""


@dataclass(frozen=True)
class Sizes:
    """How much is played in a round: so many requests with others under way, and so many one at a time."""

    requests: int
    alone: int
    numbers: int = 5
    """Of each request that is not played alone."""
    waiting: int = 800
    """Requests of one number that wait for their codes; fewer than a Temporal worker keeps unless told otherwise."""

    @property
    def warm_up(self) -> int:
        """Requests that are played first and not counted, so that every cache and pool is filled."""
        return max(3, self.requests // 5)


async def measure_design(name: str, folder: Path, sizes: Sizes) -> Design:
    """Starts a design, measures it, and ends it.

    Raises:
        NotAllSucceeded: an order did not end as it should.
    """
    with Stand(folder) as stand:
        async with quick_client(stand.simulator_address) as http:
            return await DESIGNS[name](stand, Calls(http), sizes)


async def _script(stand: Stand, calls: Calls, sizes: Sizes) -> Design:
    cost = await _at_once(Track(stand, calls), partial(script.play, calls, stand.papers), sizes)
    waiting = script.Waiting(calls)
    held = await bytes_per_waiting(stand, calls, "driver", waiting.start, _waiting(sizes))
    waiting.stop()
    return Design(cost=cost, bytes_per_waiting=held)


async def _naive(stand: Stand, calls: Calls, sizes: Sizes) -> Design:
    track = Track(stand, calls)
    async with naive.running(stand, calls) as people:
        cost = await _at_once(track, people.play, sizes)
        first, *rest = orders("alone", 1 + sizes.alone, first=_OTHERS["narrow"])
        narrow = await track.cost(people.play, [first], rest, at_once=1)
        history = shortest([await stored(people.handle(order)) for order in rest])
        held = await bytes_per_waiting(stand, calls, "worker", people.start, _waiting(sizes))
        return Design(cost=cost, narrow_cost=narrow, history=history, bytes_per_waiting=held)


async def _dbos(stand: Stand, calls: Calls, sizes: Sizes) -> Design:
    # Only this design needs what `make bench` alone installs, so it is loaded here.
    from tools.bench import database, dbos_flow  # noqa: PLC0415 - see above

    track = Track(stand, calls)
    with postgres.running(stand) as address:
        async with dbos_flow.running(stand, calls, address) as people:
            cost = await _at_once(track, people.play, sizes)
            first, *rest = orders("alone", 1 + sizes.alone, first=_OTHERS["narrow"])
            before = await database.kept(address)
            narrow = await track.cost(people.play, [first], rest, at_once=1)
            history = database.of_each(before, await database.kept(address), 1 + len(rest))
            held = await bytes_per_waiting(stand, calls, "driver", people.start, _waiting(sizes))
            return Design(cost=cost, narrow_cost=narrow, history=history, bytes_per_waiting=held)


async def _ours(stand: Stand, calls: Calls, sizes: Sizes) -> Design:
    track = Track(stand, calls)
    async with ours.running(stand, calls) as people:
        cost = await _at_once(track, people.play, sizes)
        codec = data_converter(people.hosted_sms.settings).payload_codec
        costs, histories = {}, {}
        for kind, numbers in (("narrow", 1), ("wide", WIDE)):
            first, *rest = orders(kind, 1 + sizes.alone, numbers_each=numbers, first=_OTHERS[kind])
            costs[kind] = await track.cost(people.play, [first], rest, at_once=1)
            histories[kind] = shortest([await stored(people.handle(order), codec) for order in rest])
        return Design(
            cost=cost,
            narrow_cost=costs["narrow"],
            wide_cost=costs["wide"],
            history=histories["narrow"],
            wide_history=histories["wide"],
        )


def _waiting(sizes: Sizes) -> list[Order]:
    return orders("waiting", sizes.waiting, first=_OTHERS["waiting"])


async def _at_once(track: Track, play: Play, sizes: Sizes) -> Cost:
    """The cost of a request while others are under way."""
    some = orders("bench", sizes.warm_up + sizes.requests, numbers_each=sizes.numbers)
    return await track.cost(play, some[: sizes.warm_up], some[sizes.warm_up :])


DESIGNS: dict[str, Callable[[Stand, Calls, Sizes], Awaitable[Design]]] = {
    "ours": _ours,
    "script": _script,
    "naive": _naive,
    "dbos": _dbos,
}
"""Every design by its name."""
