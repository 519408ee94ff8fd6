"""The memory of a request that waits for its codes, in the designs that ours is compared with."""

from collections.abc import Sequence

from tools.bench.calls import Calls
from tools.bench.driver import Play, play_all
from tools.bench.orders import Order
from tools.bench.testbed import TestBed


async def bytes_per_waiting(bed: TestBed, calls: Calls, process: str, start: Play, some: Sequence[Order]) -> float:
    """Bytes of a process for each request that waits for its codes.

    Args:
        bed: has the process.
        calls: show that a request waits, because its codes have been sent.
        process: the name of the process that keeps the requests.
        start: starts a request without waiting for its end.
        some: at least two orders. The first half fills one-time caches, and is not counted.
    """
    half = len(some) // 2
    await _wait(calls, start, some[:half])
    before = bed.resident(process)
    await _wait(calls, start, some[half:])
    return (bed.resident(process) - before) / (len(some) - half)


async def _wait(calls: Calls, start: Play, some: Sequence[Order]) -> None:
    await play_all(start, some)
    for order in some:
        await calls.codes_on_handsets(order.phone_numbers)
