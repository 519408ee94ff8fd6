"""Goal 4: what requests cost that wait for a person; memory with all of them cached, and with hardly any."""

from pathlib import Path

from tools.bench.results import Parked
from tools.bench.stand import Stand
from tools.bench.waiting_requests import Lot, lot, worlds_for

SMALL_CACHE = 100
_SPANS = 14  # of 30 s: between the third and the fourth look at an order lie 240 s, so then all may be still


async def measure_parked(folder: Path, count: int, idle_seconds: float) -> Parked:
    """Parks `count` requests twice: in a worker that keeps them all in memory, and in one that keeps few."""
    first = count // 2
    with Stand(folder / "cached", worlds=worlds_for(count)) as stand:
        async with lot(stand, HOSTED_SMS_MAX_CACHED_WORKFLOWS=str(10 * count)) as cached:
            cached_growth, seconds = await _growth(stand, cached, first, count - first)
            idle = await cached.idle(idle_seconds, _SPANS * idle_seconds)
    with Stand(folder / "few", worlds=worlds_for(count)) as stand:
        async with lot(stand, HOSTED_SMS_MAX_CACHED_WORKFLOWS=str(SMALL_CACHE)) as few:
            few_growth, _ = await _growth(stand, few, first, count - first)
    return Parked(
        requests=count,
        bytes_per_cached=cached_growth / (count - first),
        bytes_per_thousand=1000 * few_growth / (count - first),
        starts_per_second=count / seconds,
        idle_share=idle.share_of_a_core,
        idle_looks=idle.looks,
        idle_seconds=idle_seconds,
    )


async def _growth(stand: Stand, requests: Lot, first: int, more: int) -> tuple[int, float]:
    """Bytes by which the worker grows with `more` requests, after `first` have filled what is filled once; seconds."""
    seconds = await requests.park(first)
    before = stand.resident("worker")
    seconds += await requests.park(more)
    return stand.resident("worker") - before, seconds
