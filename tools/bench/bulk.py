"""Measure bulk work in one account: many requests at once beside many orders, and an import that is killed once."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from temporalio.client import Client

from tools.bench import ours
from tools.bench.account_calls import AccountCalls
from tools.bench.calls import quick_client
from tools.bench.driver import AT_ONCE, play_all
from tools.bench.orders import Order, orders
from tools.bench.results import Bulk, Counts, Flood
from tools.bench.server_counts import ServerCounts, difference
from tools.bench.testbed import TestBed
from tools.bench.waiting_requests import WAITING

_OF_OTHERS = 5_000_000
"""Where the numbers of the orders begin that exist already."""
_NEVER = 1e6  # seconds: no review ends meanwhile
_LOOK_EVERY = 0.5
_STUCK_AFTER = 300.0
"""Seconds without another request that waits, after which a run has stalled."""


@dataclass(frozen=True)
class BulkSizes:
    """The size of `make bench-bulk`."""

    requests: int = 500
    existing: Sequence[int] = (0, 600, 1_500, 4_000, 5_000)
    page_delay: float = 0.1
    """Seconds that Telnyx takes for a page of the list."""
    workers: int = 2
    rows: int = 2_000
    """Rows of the import, of five numbers each: 10,000 numbers."""


@dataclass(frozen=True)
class BulkBed:
    """An account with some orders of others, and our program with some workers."""

    bed: TestBed
    calls: AccountCalls
    people: ours.Ours
    counts: ServerCounts

    def worker_seconds(self) -> float:
        """CPU seconds of all workers so far."""
        return sum(seconds for name, seconds in self.bed.cpu().items() if name.startswith("worker"))

    async def waiting(self) -> int:
        """How many requests wait for their codes."""
        return (await self.people.hosted_sms.client.count_workflows(WAITING)).count

    async def until_waiting(self, wanted: int) -> int:
        """Wait until so many requests wait for their codes, or no more come. Returns how many do."""
        found, since = await self.waiting(), time.monotonic()
        while found < wanted and time.monotonic() - since < _STUCK_AFTER:
            await asyncio.sleep(_LOOK_EVERY)
            if (now := await self.waiting()) != found:
                found, since = now, time.monotonic()
        return found


@asynccontextmanager
async def bulk_bed(folder: Path, existing: int, sizes: BulkSizes) -> AsyncIterator[BulkBed]:
    """A bed whose list of orders is as long and as slow as asked for."""
    with TestBed(folder, review_seconds=_NEVER) as bed:
        async with quick_client(bed.simulator_address) as http:
            calls = AccountCalls(http)
            await play_all(
                lambda order: calls.create_order(order.phone_numbers),
                orders("other", existing, first=_OF_OTHERS),
                AT_ONCE,
            )
            await calls.slow_list(sizes.page_delay)
            async with ours.running(bed, calls) as people:
                for place in range(1, sizes.workers):
                    people.start_worker(f"worker-{place + 1}")
                client = await Client.connect(bed.temporal_address)
                yield BulkBed(bed, calls, people, ServerCounts(client, bed.metrics_address))


async def measure_bulk(folder: Path, sizes: BulkSizes) -> Bulk:
    """A flood beside each number of orders, and one of twice as many requests beside the most."""
    sizes_of_floods = [(existing, sizes.requests) for existing in sizes.existing]
    sizes_of_floods.append((max(sizes.existing), 2 * sizes.requests))
    floods = [
        await measure_flood(folder / f"flood-{existing}-{requests}", existing, requests, sizes)
        for existing, requests in sizes_of_floods
    ]
    return Bulk(page_delay=sizes.page_delay, workers=sizes.workers, floods=floods)


async def measure_flood(folder: Path, existing: int, requests: int, sizes: BulkSizes) -> Flood:
    """Start requests of one number each, all at once, and wait until all of them wait for their codes."""
    async with bulk_bed(folder, existing, sizes) as on:
        seen, before, cpu = len(await on.calls.listed()), await on.counts.now(), on.worker_seconds()
        began = time.monotonic()
        await play_all(on.people.start_bare, orders("bulk", requests), AT_ONCE)
        waiting = await on.until_waiting(requests)
        seconds = time.monotonic() - began
        listed = (await on.calls.listed())[seen:]
        counts: Counts = difference(before, await on.counts.now())
        return Flood(
            existing=existing,
            requests=requests,
            waiting=waiting,
            seconds=seconds,
            creates=len(await on.calls.orders_in_truth()) - existing,
            pages=len(listed),
            listings=sum(listed),
            worker_seconds=on.worker_seconds() - cpu,
            server_calls=counts.total_calls,
        )


def numbers_of(some: Sequence[Order]) -> set[str]:
    """All their numbers."""
    return {number for order in some for number in order.phone_numbers}
