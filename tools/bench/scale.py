"""Item "scale": twenty thousand waiting requests on one server, and one worker that caches few of them."""

import asyncio
import time
from collections.abc import Awaitable, Sequence
from pathlib import Path

from tools.bench.orders import Order
from tools.bench.results import Scale, ScaleStep
from tools.bench.testbed import TestBed
from tools.bench.waiting_requests import WaitingRequests, simulators_for, waiting_requests

_CACHE = 1000  # the default of the worker
_PROBES = 20
_SPANS = 4  # not more, because in so many requests some order is always due to be read
_REVIEW_SECONDS = 30.0
"""Each third is longer than the time in which later webhooks of an order are delayed, as in a review of days."""
_SHARES = (0.1, 0.25, 0.5, 0.75, 1.0)


async def measure_scale(folder: Path, count: int, idle_seconds: float) -> Scale:
    """Start `count` requests step by step, measure the idle worker, wake a few requests, and replace the worker."""
    with TestBed(folder, simulators=simulators_for(count), review_seconds=_REVIEW_SECONDS) as bed:
        async with waiting_requests(bed, HOSTED_SMS_MAX_CACHED_WORKFLOWS=str(_CACHE)) as requests:
            steps = [await _step(bed, requests, round(count * share)) for share in _SHARES]
            idle = await requests.idle(idle_seconds, _SPANS * idle_seconds)
            await requests.receive_webhooks()
            first, second = _spread(requests.orders, 2 * _PROBES)[::2], _spread(requests.orders, 2 * _PROBES)[1::2]
            codes, webhooks = await _wake(requests, first)
            recovery = await _restart(requests, second)
    return Scale(
        requests=count,
        steps=steps,
        idle_share=idle.share_of_a_core,
        idle_polls=idle.polls,
        idle_seconds=idle_seconds,
        code_seconds=codes,
        webhook_seconds=webhooks,
        recovery_seconds=recovery,
    )


async def _step(bed: TestBed, requests: WaitingRequests, up_to: int) -> ScaleStep:
    new = up_to - len(requests.orders)
    before = bed.cpu()
    seconds = await requests.add(new)
    after = bed.cpu()
    return ScaleStep(
        waiting=up_to,
        new=new,
        seconds=seconds,
        worker_bytes=bed.resident("worker"),
        server_bytes=bed.resident("server"),
        cpu_seconds={name: after[name] - before[name] for name in after},
    )


async def _wake(requests: WaitingRequests, some: Sequence[Order]) -> tuple[list[float], list[float]]:
    """Seconds until each code was answered, and from each activation until its webhook ended the request."""
    codes, webhooks = [], []
    for order in some:
        calls = requests.simulator_of(order)
        on_handset = await calls.codes_on_handsets(order.phone_numbers)
        codes.append(await _timed(requests.people.submit(order, on_handset)))
        await calls.until_active(order.phone_numbers[0])
        webhooks.append(await _timed(requests.people.handle(order).result()))
    return codes, webhooks


async def _restart(requests: WaitingRequests, some: Sequence[Order]) -> list[float]:
    """Kill the only worker. Seconds from the start of a new one until each code was answered."""
    codes = [await requests.simulator_of(order).codes_on_handsets(order.phone_numbers) for order in some]
    await asyncio.to_thread(requests.people.worker.kill)
    began = time.monotonic()

    async def answered(order: Order, on_handset: dict[str, str]) -> float:
        await requests.people.submit(order, on_handset)
        return time.monotonic() - began

    await asyncio.to_thread(requests.people.start_worker)
    return list(await asyncio.gather(*(answered(*pair) for pair in zip(some, codes, strict=True))))


async def _timed(doing: Awaitable[object]) -> float:
    began = time.monotonic()
    await doing
    return time.monotonic() - began


def _spread(waiting: Sequence[Order], count: int) -> list[Order]:
    """`count` of the requests, evenly spread, so that most are no longer in the worker's cache."""
    return [waiting[place * len(waiting) // count] for place in range(count)]
