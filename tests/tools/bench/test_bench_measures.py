"""The bench itself, at its smallest: three designs with three requests each, and what must make a run fail."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tools.bench import script, usage
from tools.bench.calls import Calls, quick_client
from tools.bench.designs import Sizes, measure_design
from tools.bench.driver import NotAllSucceeded, Track, all_succeeded
from tools.bench.orders import Order, orders
from tools.bench.stand import Stand
from tools.bench.waiting_memory import bytes_per_waiting

pytestmark = pytest.mark.server

SMALLEST = Sizes(requests=3, alone=1, waiting=4)


@pytest.mark.parametrize("name", ["script", "naive", "ours"])
async def test_a_design_takes_every_order_to_success_and_has_a_cost(name: str, tmp_path: Path) -> None:
    design = await measure_design(name, tmp_path, SMALLEST)
    assert design.cost.requests == 3
    assert design.cost.calls_per_request >= 6
    assert design.cost.design_milliseconds > 0
    assert (design.history is None) == (name == "script")
    if design.history:
        assert design.history.events > 30
    assert (design.bytes_per_waiting is None) == (name == "ours")
    if name == "ours":
        assert design.history is not None
        assert design.history.readable_bytes
        assert design.wide_cost is not None


async def test_the_memory_of_what_waits_is_the_growth_of_the_second_half(stand: tuple[Stand, Calls]) -> None:
    where, calls = stand
    held: list[bytes] = []

    async def start(order: Order) -> None:
        held.append(b"x" * 4_000_000)
        await script.have_codes_sent(calls, order)

    found = await bytes_per_waiting(where, calls, "driver", start, orders("waiting", 8))
    assert found == pytest.approx(4_000_000, rel=0.3)


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[tuple[Stand, Calls]]:
    with Stand(tmp_path) as stand:
        async with quick_client(stand.simulator_address) as http:
            yield stand, Calls(http)


async def test_an_order_that_was_made_twice_fails_the_run(stand: tuple[Stand, Calls]) -> None:
    _, calls = stand
    (order,) = orders("twice", 1)
    for _ in range(2):
        order_id = await calls.create_order(order.phone_numbers)
        await calls._ask("POST", f"/_simulator/orders/{order_id}/status", json={"order": "successful"})
    with pytest.raises(NotAllSucceeded, match="2 orders, and 1 were"):
        await all_succeeded(calls, [order])


async def test_an_order_that_got_lost_fails_the_run(stand: tuple[Stand, Calls]) -> None:
    where, calls = stand
    some = orders("lost", 2)

    async def lose_one(order: object) -> None:
        if order == some[0]:
            await script.play(calls, where.papers, some[0])

    with pytest.raises(NotAllSucceeded, match="1 orders, and 2 were"):
        await Track(where, calls).cost(lose_one, [], some)


async def test_an_order_that_stays_open_fails_the_run(stand: tuple[Stand, Calls]) -> None:
    _, calls = stand
    (order,) = orders("open", 1)
    await calls.create_order(order.phone_numbers)
    with pytest.raises(NotAllSucceeded, match="did not succeed"):
        await all_succeeded(calls, [order])


def test_the_cpu_of_children_that_have_ended_is_counted() -> None:
    before = usage.cpu_seconds(os.getpid())
    subprocess.run([sys.executable, "-c", "sum(range(4_000_000))"], check=True)
    assert usage.cpu_seconds(os.getpid()) - before >= 0.02


def test_a_process_that_is_gone_costs_nothing() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    assert usage.cpu_seconds(child.pid) == 0.0
