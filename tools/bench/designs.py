"""Measures the designs one after another, with the same orders, each on its own test bed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from runtime.connection import data_converter
from tools.bench import naive, ours, peer, postgres, script
from tools.bench.calls import Calls, quick_client
from tools.bench.counted import RUNNING, count_design
from tools.bench.driver import Play, Runner
from tools.bench.histories import stored
from tools.bench.orders import Order, orders
from tools.bench.results import Cost, Design, shortest
from tools.bench.testbed import TestBed
from tools.bench.waiting_memory import bytes_per_waiting

WIDE = 200
"""Numbers of a wide request: the most that Telnyx takes (docs/telnyx.md §9)."""

_OTHERS = {"narrow": 1_000_000, "wide": 2_000_000, "waiting": 3_000_000}
"""Where the numbers of other kinds of requests begin in the supply of numbers."""


@dataclass(frozen=True)
class Sizes:
    """The size of a round: `requests` run at the same time, and `alone` run one at a time."""

    requests: int
    alone: int
    numbers: int = 5
    """Numbers of each request that does not run alone."""
    counted: int = 5
    """Requests of which the server's counts are read, one at a time; 0 for none."""
    waiting: int = 800
    """Requests of one number that wait for their codes: fewer than a Temporal worker caches by default."""

    @property
    def warm_up(self) -> int:
        """Requests that run first and are not counted, so that every cache and pool is filled."""
        return max(3, self.requests // 5)


async def measure_design(name: str, folder: Path, sizes: Sizes) -> Design:
    """Start a design, measure it, and end it.

    Raises:
        NotAllSucceeded: an order did not end as it should.
    """
    with TestBed(folder) as bed:
        async with quick_client(bed.simulator_address) as http:
            design = await DESIGNS[name](bed, Calls(http), sizes)
    if name in RUNNING and sizes.counted:
        design.counts, design.look = await count_design(name, folder / "counted", sizes.counted, with_look=True)
    return design


async def _script(bed: TestBed, calls: Calls, sizes: Sizes) -> Design:
    cost = await _at_once(Runner(bed, calls), partial(script.play, calls, bed.documents), sizes)
    waiting = script.Waiting(calls)
    held = await bytes_per_waiting(bed, calls, "driver", waiting.start, _waiting(sizes))
    waiting.stop()
    return Design(cost=cost, bytes_per_waiting=held)


async def _on_temporal(bed: TestBed, calls: Calls, sizes: Sizes, *, running: Callable[[TestBed, Calls], Any]) -> Design:
    """The naive design or the honest peer."""
    runner = Runner(bed, calls)
    async with running(bed, calls) as people:
        cost = await _at_once(runner, people.play, sizes)
        first, *rest = orders("alone", 1 + sizes.alone, first=_OTHERS["narrow"])
        narrow = await runner.cost(people.play, [first], rest, at_once=1)
        history = shortest([await stored(people.handle(order)) for order in rest])
        held = await bytes_per_waiting(bed, calls, "worker", people.start, _waiting(sizes))
        return Design(cost=cost, narrow_cost=narrow, history=history, bytes_per_waiting=held)


async def _dbos(bed: TestBed, calls: Calls, sizes: Sizes) -> Design:
    # Only `make bench` installs what this design needs.
    from tools.bench import database, dbos_flow  # noqa: PLC0415 - see above

    runner = Runner(bed, calls)
    with postgres.running(bed) as address:
        async with dbos_flow.running(bed, calls, address) as people:
            cost = await _at_once(runner, people.play, sizes)
            first, *rest = orders("alone", 1 + sizes.alone, first=_OTHERS["narrow"])
            before = await database.kept(address)
            narrow = await runner.cost(people.play, [first], rest, at_once=1)
            history = database.of_each(before, await database.kept(address), 1 + len(rest))
            held = await bytes_per_waiting(bed, calls, "driver", people.start, _waiting(sizes))
            return Design(cost=cost, narrow_cost=narrow, history=history, bytes_per_waiting=held)


async def _ours(bed: TestBed, calls: Calls, sizes: Sizes) -> Design:
    runner = Runner(bed, calls)
    async with ours.running(bed, calls) as people:
        cost = await _at_once(runner, people.play, sizes)
        codec = data_converter(people.hosted_sms.settings).payload_codec
        costs, histories = {}, {}
        for kind, numbers in (("narrow", 1), ("wide", WIDE)):
            first, *rest = orders(kind, 1 + sizes.alone, numbers_each=numbers, first=_OTHERS[kind])
            costs[kind] = await runner.cost(people.play, [first], rest, at_once=1)
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


async def _at_once(runner: Runner, play: Play, sizes: Sizes) -> Cost:
    """The cost of requests that run at the same time."""
    some = orders("bench", sizes.warm_up + sizes.requests, numbers_each=sizes.numbers)
    return await runner.cost(play, some[: sizes.warm_up], some[sizes.warm_up :])


DESIGNS: dict[str, Callable[[TestBed, Calls, Sizes], Awaitable[Design]]] = {
    "ours": _ours,
    "script": _script,
    "naive": partial(_on_temporal, running=naive.running),
    "peer": partial(_on_temporal, running=peer.running),
    "dbos": _dbos,
}
"""The designs by name."""
