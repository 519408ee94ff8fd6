"""Goal 4: what a request costs that waits for a person, if the worker caches all such requests or only a few."""

from pathlib import Path

from tools.bench.results import Waiting
from tools.bench.testbed import TestBed
from tools.bench.waiting_requests import WaitingRequests, simulators_for, waiting_requests

SMALL_CACHE = 100
_SPANS = 14  # of 30 s: the third and the fourth poll of an order are 240 s apart, so one span may have no polls


async def measure_waiting(folder: Path, count: int, idle_seconds: float) -> Waiting:
    """Let `count` requests wait twice: in a worker that caches all of them, and in one that caches a few."""
    first = count // 2
    with TestBed(folder / "cached", simulators=simulators_for(count)) as bed:
        async with waiting_requests(bed, HOSTED_SMS_MAX_CACHED_WORKFLOWS=str(10 * count)) as cached:
            cached_growth, seconds = await _growth(bed, cached, first, count - first)
            idle = await cached.idle(idle_seconds, _SPANS * idle_seconds)
    with TestBed(folder / "few", simulators=simulators_for(count)) as bed:
        async with waiting_requests(bed, HOSTED_SMS_MAX_CACHED_WORKFLOWS=str(SMALL_CACHE)) as few:
            few_growth, _ = await _growth(bed, few, first, count - first)
    return Waiting(
        requests=count,
        bytes_per_cached=cached_growth / (count - first),
        bytes_per_thousand=1000 * few_growth / (count - first),
        starts_per_second=count / seconds,
        idle_share=idle.share_of_a_core,
        idle_polls=idle.polls,
        idle_seconds=idle_seconds,
    )


async def _growth(bed: TestBed, requests: WaitingRequests, first: int, more: int) -> tuple[int, float]:
    """The bytes of `more` requests, after `first` filled all one-time caches, and the seconds of all."""
    seconds = await requests.add(first)
    before = bed.resident("worker")
    seconds += await requests.add(more)
    return bed.resident("worker") - before, seconds
