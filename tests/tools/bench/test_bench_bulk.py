"""Bulk work at its smallest size: what it reads from the simulator and the server, and what counts as lost."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tools.bench.account_calls import AccountCalls
from tools.bench.bulk import BulkSizes, measure_flood
from tools.bench.bulk_import import measure_import
from tools.bench.calls import ORDERS, quick_client
from tools.bench.orders import orders
from tools.bench.testbed import TestBed

pytestmark = pytest.mark.server
SMALLEST = BulkSizes(requests=3, existing=(2,), page_delay=0.01, workers=2, rows=8)


@pytest.fixture
async def calls(tmp_path: Path) -> AsyncIterator[AccountCalls]:
    with TestBed(tmp_path) as bed:
        async with quick_client(bed.simulator_address) as http:
            yield AccountCalls(http)


async def test_every_page_counts_and_only_the_first_begins_a_listing(calls: AccountCalls) -> None:
    for page in (1, 2, 1):
        await calls._ask("GET", ORDERS, params={"page[number]": page, "page[size]": 1})
    assert await calls.listed() == [True, False, True]


async def test_a_number_of_two_orders_is_doubled_and_one_of_none_is_lost(calls: AccountCalls) -> None:
    one, two = orders("some", 2)
    for _ in range(2):
        await calls.create_order(one.phone_numbers)
    found = await calls.orders_of({*one.phone_numbers, *two.phone_numbers})
    assert found == {one.phone_numbers[0]: 2}


async def test_a_flood_creates_each_order_once_beside_those_of_others(tmp_path: Path) -> None:
    flood = await measure_flood(tmp_path, 2, 3, SMALLEST)
    assert (flood.existing, flood.creates, flood.is_whole) == (2, 3, True)
    assert 1 <= flood.listings <= flood.pages
    assert flood.worker_seconds > 0
    assert flood.server_calls > 3 * 10


async def test_an_import_survives_its_worker_and_its_client(tmp_path: Path) -> None:
    run = await measure_import(tmp_path, SMALLEST)
    assert (run.rows, run.lost, run.doubled) == (8, 0, 0)
    assert min(run.quiet_code_seconds, run.busy_start_seconds) > 0
