"""Several simulated Telnyx accounts in one process: `python -m tools.bench.worlds COUNT REVIEW_SECONDS`.

Before each order the account's list of orders is read whole (docs/decisions/0002), so what is parked by the thousand is
spread over accounts, as it is where somebody has so much.
"""

import asyncio
import sys
from contextlib import AsyncExitStack

from simulator.app import run_simulator
from simulator.settings import Settings


async def serve(count: int, review_seconds: float) -> None:
    """Serves until it is stopped; prints one line with all addresses when ready."""
    async with AsyncExitStack() as stack:
        settings = [Settings(review_seconds=review_seconds, seed=seed) for seed in range(1, count + 1)]
        addresses = [await stack.enter_async_context(run_simulator(one)) for one in settings]
        sys.stdout.write(f"Worlds ready: {' '.join(addresses)} .\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2])))
