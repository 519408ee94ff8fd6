"""The bench itself at its smallest size: three designs with three requests each, and what must make a run fail."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tools.bench import script, usage
from tools.bench.calls import Calls, quick_client
from tools.bench.designs import Sizes, measure_design
from tools.bench.driver import NotAllSucceeded, Runner, all_succeeded
from tools.bench.orders import Order, orders
from tools.bench.testbed import TestBed
from tools.bench.waiting_memory import bytes_per_waiting

pytestmark = pytest.mark.server
SMALLEST = Sizes(requests=3, alone=1, counted=0, waiting=4)


@pytest.fixture
async def bed(tmp_path: Path) -> AsyncIterator[tuple[TestBed, Calls]]:
    with TestBed(tmp_path) as bed:
        async with quick_client(bed.simulator_address) as http:
            yield bed, Calls(http)


@pytest.mark.parametrize("name", ["script", "naive", "peer", "ours"])
async def test_every_order_of_a_design_succeeds_and_has_a_cost(name: str, tmp_path: Path) -> None:
    design = await measure_design(name, tmp_path, SMALLEST)
    assert (design.cost.requests, design.cost.design_milliseconds > 0) == (3, True)
    assert design.cost.calls_per_request >= 6
    assert (design.history is None) == (name == "script")
    assert (design.bytes_per_waiting is None) == (design.wide_cost is not None) == (name == "ours")
    if design.history:
        assert design.history.events > 30
        assert bool(design.history.readable_bytes) == (name == "ours")


async def test_the_memory_of_waiting_requests_is_the_growth_of_the_second_half(bed: tuple[TestBed, Calls]) -> None:
    on, calls = bed
    held: list[bytes] = []

    async def start(order: Order) -> None:
        held.append(b"x" * 4_000_000)
        await script.have_codes_sent(calls, order)

    found = await bytes_per_waiting(on, calls, "driver", start, orders("waiting", 8))
    assert found == pytest.approx(4_000_000, rel=0.3)


@pytest.mark.parametrize(("creates", "status"), [(2, "successful"), (1, "pending")])
async def test_a_second_order_or_an_open_one_fails_the_run(
    bed: tuple[TestBed, Calls], creates: int, status: str
) -> None:
    _, calls = bed
    (order,) = orders("some", 1)
    for _ in range(creates):
        order_id = await calls.create_order(order.phone_numbers)
        await calls._ask("POST", f"/_simulator/orders/{order_id}/status", json={"order": status})
    with pytest.raises(NotAllSucceeded):
        await all_succeeded(calls, [order])


async def test_a_lost_order_fails_the_run(bed: tuple[TestBed, Calls]) -> None:
    on, calls = bed
    some = orders("lost", 2)

    async def lose_one(order: object) -> None:
        if order == some[0]:
            await script.play(calls, on.documents, some[0])

    with pytest.raises(NotAllSucceeded):
        await Runner(on, calls).cost(lose_one, [], some)


def test_the_cpu_of_children_that_have_ended_counts_and_a_process_that_is_gone_costs_nothing() -> None:
    before = usage.cpu_seconds(os.getpid())
    child = subprocess.Popen([sys.executable, "-c", "sum(range(4_000_000))"])
    child.wait()
    assert usage.cpu_seconds(os.getpid()) - before >= 0.02
    assert usage.cpu_seconds(child.pid) == 0.0
