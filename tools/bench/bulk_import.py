"""Measure an import: what a person notices of it, and what is lost when a worker and its client are killed."""

import asyncio
import csv
import statistics
import time
from collections.abc import Awaitable
from pathlib import Path

from tools.bench.bulk import BulkBed, BulkSizes, bulk_bed, numbers_of
from tools.bench.orders import PROFILE, Order, orders
from tools.bench.results import ImportRun
from tools.demo.command import PROGRAM
from tools.demo.processes import Child

NUMBERS_IN_A_ROW = 5
_PROBES = 10
_BY_HAND = 6_000_000
"""Where the numbers of the requests begin that a person starts."""
_COLUMNS = ("reference", "messaging_profile_id", "phone_numbers", "loa", "bill")
_LOOK_EVERY = 2.0
_STUCK_AFTER = 600.0
"""Seconds without another order after which the rest of the numbers is lost."""


async def measure_import(folder: Path, sizes: BulkSizes) -> ImportRun:
    """Import rows of some numbers each, act as a person meanwhile, and kill a worker and the client halfway."""
    async with bulk_bed(folder, 0, sizes) as on:
        some = orders("row", sizes.rows, numbers_each=NUMBERS_IN_A_ROW)
        file = folder / "rows.csv"
        numbers = numbers_of(some)
        await asyncio.to_thread(_write, file, some)
        quiet = await _probe(on, "quiet", 0)
        began = time.monotonic()
        client = _import(on, file)
        await _until_ordered(on, numbers, len(numbers) // 8)
        busy = await _probe(on, "busy", 2 * _PROBES)
        await _until_ordered(on, numbers, len(numbers) // 2)
        await asyncio.to_thread(_kill, on, client)
        await _until_ordered(on, numbers, len(numbers))
        found = await on.calls.orders_of(numbers)
        return ImportRun(
            rows=sizes.rows,
            numbers=len(numbers),
            seconds=time.monotonic() - began,
            quiet_code_seconds=quiet[0],
            quiet_start_seconds=quiet[1],
            busy_code_seconds=busy[0],
            busy_start_seconds=busy[1],
            lost=len(numbers) - len(found),
            doubled=sum(count > 1 for count in found.values()),
        )


def _write(file: Path, some: list[Order]) -> None:
    with file.open("w", newline="") as open_file:
        table = csv.writer(open_file)
        table.writerow(_COLUMNS)
        table.writerows((order.reference, PROFILE, " ".join(order.phone_numbers), "", "") for order in some)


def _import(on: BulkBed, file: Path) -> Child:
    return on.bed.start("client", [PROGRAM, "import", str(file)], on.people.environment)


def _kill(on: BulkBed, client: Child) -> None:
    """Kill one worker and the client. Only the worker is started again."""
    client.kill()
    worker = on.people.worker
    worker.kill()
    on.people.start_worker(worker.name)


async def _probe(on: BulkBed, prefix: str, first: int) -> tuple[float, float]:
    """The median seconds until a code is answered, and until a request that a person starts waits for its codes."""
    codes, starts = list[float](), list[float]()
    for order in orders(prefix, _PROBES, first=_BY_HAND + first):
        starts.append(await _timed(_until_code(on, order)))
        on_handset = await on.calls.codes_on_handsets(order.phone_numbers)
        codes.append(await _timed(on.people.submit(order, on_handset)))
    return statistics.median(codes), statistics.median(starts)


async def _until_code(on: BulkBed, order: Order) -> None:
    await on.people.start_bare(order)
    await on.calls.codes_on_handsets(order.phone_numbers)


async def _until_ordered(on: BulkBed, numbers: set[str], wanted: int) -> None:
    """Wait until so many of the numbers have an order, or no more come."""
    found, since = -1, time.monotonic()
    while found < wanted and time.monotonic() - since < _STUCK_AFTER:
        if (now := len(await on.calls.orders_of(numbers))) != found:
            found, since = now, time.monotonic()
        await asyncio.sleep(_LOOK_EVERY)


async def _timed(doing: Awaitable[object]) -> float:
    began = time.monotonic()
    await doing
    return time.monotonic() - began
