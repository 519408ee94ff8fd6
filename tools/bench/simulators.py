"""Several simulated Telnyx accounts in one process: `python -m tools.bench.simulators COUNT REVIEW_SECONDS`.

Before each order the program reads the whole list of orders of the account (docs/decisions/0002), so thousands of
requests are spread over several accounts.
"""

import asyncio
import sys
from contextlib import AsyncExitStack

from simulator.app import run_simulator
from simulator.settings import Settings


async def serve(count: int, review_seconds: float) -> None:
    """Serve until stopped. Prints one line with all addresses when ready."""
    async with AsyncExitStack() as stack:
        settings = [Settings(review_seconds=review_seconds, seed=seed) for seed in range(1, count + 1)]
        addresses = [await stack.enter_async_context(run_simulator(one)) for one in settings]
        sys.stdout.write(f"Simulators ready: {' '.join(addresses)} .\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2])))
