"""What a request that waits for its codes costs in memory, in the designs that ours is compared with."""

from collections.abc import Sequence

from tools.bench.calls import Calls
from tools.bench.driver import Play, play_all
from tools.bench.orders import Order
from tools.bench.stand import Stand


async def bytes_per_waiting(stand: Stand, calls: Calls, process: str, start: Play, some: Sequence[Order]) -> float:
    """Bytes by which a process grows for each request that waits for its codes.

    Args:
        stand: where the process runs.
        calls: with which one sees that a request waits: its codes have been sent.
        process: the name of the one that keeps the requests.
        start: starts a request and does not wait for its end.
        some: at least two; the first half fills what is filled only once, and is not counted.
    """
    half = len(some) // 2
    await _wait(calls, start, some[:half])
    before = stand.resident(process)
    await _wait(calls, start, some[half:])
    return (stand.resident(process) - before) / (len(some) - half)


async def _wait(calls: Calls, start: Play, some: Sequence[Order]) -> None:
    await play_all(start, some)
    for order in some:
        await calls.codes_on_handsets(order.phone_numbers)
