"""Goal 5: a worker is killed without warning while all requests are under way, and another one takes over."""

import asyncio
import time
from pathlib import Path

from tools.bench import ours
from tools.bench.calls import Calls, quick_client
from tools.bench.driver import all_succeeded, play_all
from tools.bench.orders import orders
from tools.bench.results import Killed
from tools.bench.testbed import TestBed

_SETTINGS = {"HOSTED_SMS_CREATE_QUARANTINE": "3"}
_LOOK_EVERY = 0.05


async def measure_killed(folder: Path, count: int) -> Killed:
    """Run `count` requests at once, without disturbance and with the worker killed halfway.

    Raises:
        NotAllSucceeded: an order was lost or doubled.
    """
    undisturbed = await _play(folder / "undisturbed", count, kill=False)
    return Killed(
        requests=count, undisturbed_seconds=undisturbed, seconds=await _play(folder / "killed", count, kill=True)
    )


async def _play(folder: Path, count: int, *, kill: bool) -> float:
    with TestBed(folder) as bed:
        async with quick_client(bed.simulator_address) as http:
            calls = Calls(http)
            async with ours.running(bed, calls, **_SETTINGS) as people:
                some = orders("killed", count)
                began = time.monotonic()
                async with asyncio.TaskGroup() as group:
                    group.create_task(play_all(people.play, some, at_once=count))
                    if kill:
                        await _halfway(calls, count)
                        await asyncio.to_thread(_replace_worker, people)
                seconds = time.monotonic() - began
                await all_succeeded(calls, some)
                return seconds


async def _halfway(calls: Calls, count: int) -> None:
    """Wait until half of the orders exist. The other requests were started and wait for theirs."""
    while len(await calls.orders_in_truth()) < count // 2:  # noqa: ASYNC110 - HTTP has no event to wait for
        await asyncio.sleep(_LOOK_EVERY)


def _replace_worker(people: ours.Ours) -> None:
    people.worker.kill()
    people.start_worker()
