"""Goal 5: a worker is killed with all requests under way, as by a power cut, and another one takes over."""

import asyncio
import time
from pathlib import Path

from tools.bench import ours
from tools.bench.calls import Calls, quick_client
from tools.bench.driver import all_succeeded, play_all
from tools.bench.orders import orders
from tools.bench.results import Killed
from tools.bench.stand import Stand

_SETTINGS = {
    "HOSTED_SMS_CREATE_QUARANTINE": "3",
    "HOSTED_SMS_POLL_INTERVAL": "30",  # webhooks bring the news, as everywhere; polls every second would be a load
}
_LOOK_EVERY = 0.05


async def measure_killed(folder: Path, count: int) -> Killed:
    """Plays `count` requests at once, undisturbed and with the worker killed half-way.

    Raises:
        NotAllSucceeded: an order was lost or doubled.
    """
    undisturbed = await _play(folder / "undisturbed", count, kill=False)
    return Killed(
        requests=count, undisturbed_seconds=undisturbed, seconds=await _play(folder / "killed", count, kill=True)
    )


async def _play(folder: Path, count: int, *, kill: bool) -> float:
    with Stand(folder) as stand:
        async with quick_client(stand.simulator_address) as http:
            calls = Calls(http)
            async with ours.running(stand, calls, **_SETTINGS) as people:
                some = orders("killed", count)
                began = time.monotonic()
                async with asyncio.TaskGroup() as group:
                    group.create_task(play_all(people.play, some, at_once=count))
                    if kill:
                        await _half_way(calls, count)
                        await asyncio.to_thread(_replace_worker, people)
                seconds = time.monotonic() - began
                await all_succeeded(calls, some)
                return seconds


async def _half_way(calls: Calls, count: int) -> None:
    """Waits until half of the orders exist; the other requests have been started and wait for theirs."""
    while len(await calls.orders_in_truth()) < count // 2:  # noqa: ASYNC110 - HTTP has no event to wait for
        await asyncio.sleep(_LOOK_EVERY)


def _replace_worker(people: ours.Ours) -> None:
    people.worker.kill()
    people.start_worker()
