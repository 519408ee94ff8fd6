"""Item "scale": twenty thousand requests parked on one server with one worker that keeps few of them in memory."""

import asyncio
import time
from collections.abc import Awaitable, Sequence
from pathlib import Path

from tools.bench.orders import Order
from tools.bench.results import Scale, ScaleStep
from tools.bench.stand import Stand
from tools.bench.waiting_requests import Lot, lot, worlds_for

_CACHE = 1000  # what the worker has unless told otherwise
_PROBES = 20
_SPANS = 4  # not more: of so many requests there is always one whose order is due to be read
_REVIEW_SECONDS = 30.0
"""Each third is longer than the pause in which later webhooks of an order are put off, as in a review of days."""
_SHARES = (0.1, 0.25, 0.5, 0.75, 1.0)


async def measure_scale(folder: Path, count: int, idle_seconds: float) -> Scale:
    """Parks `count` requests step by step, looks at the worker, then wakes a few and restarts it."""
    with Stand(folder, worlds=worlds_for(count), review_seconds=_REVIEW_SECONDS) as stand:
        async with lot(stand, HOSTED_SMS_MAX_CACHED_WORKFLOWS=str(_CACHE)) as requests:
            steps = [await _step(stand, requests, round(count * share)) for share in _SHARES]
            idle = await requests.idle(idle_seconds, _SPANS * idle_seconds)
            await requests.take_webhooks()
            first, second = _spread(requests.parked, 2 * _PROBES)[::2], _spread(requests.parked, 2 * _PROBES)[1::2]
            codes, webhooks = await _wake(requests, first)
            recovery = await _restart(requests, second)
    return Scale(
        requests=count,
        steps=steps,
        idle_share=idle.share_of_a_core,
        idle_looks=idle.looks,
        idle_seconds=idle_seconds,
        code_seconds=codes,
        webhook_seconds=webhooks,
        recovery_seconds=recovery,
    )


async def _step(stand: Stand, requests: Lot, up_to: int) -> ScaleStep:
    new = up_to - len(requests.parked)
    before = stand.cpu()
    seconds = await requests.park(new)
    after = stand.cpu()
    return ScaleStep(
        parked=up_to,
        new=new,
        seconds=seconds,
        worker_bytes=stand.resident("worker"),
        server_bytes=stand.resident("server"),
        cpu_seconds={name: after[name] - before[name] for name in after},
    )


async def _wake(requests: Lot, some: Sequence[Order]) -> tuple[list[float], list[float]]:
    """Seconds until each code is answered, and from a number's activation until its webhook has ended its request."""
    codes, webhooks = [], []
    for order in some:
        calls = requests.world_of(order)
        on_handset = await calls.codes_on_handsets(order.phone_numbers)
        codes.append(await _timed(requests.people.submit(order, on_handset)))
        await calls.until_active(order.phone_numbers[0])
        webhooks.append(await _timed(requests.people.handle(order).result()))
    return codes, webhooks


async def _restart(requests: Lot, some: Sequence[Order]) -> list[float]:
    """Seconds from the launch of a new worker, after the only one was killed, until the code of each is answered."""
    codes = [await requests.world_of(order).codes_on_handsets(order.phone_numbers) for order in some]
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


def _spread(parked: Sequence[Order], count: int) -> list[Order]:
    """So many of them, from everywhere in the lot, so that most have long left the worker's memory."""
    return [parked[place * len(parked) // count] for place in range(count)]
