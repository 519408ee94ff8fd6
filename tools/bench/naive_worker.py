"""The worker of the naive design: `python -m tools.bench.naive_worker TEMPORAL SIMULATOR`. Prints when ready."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from temporalio import activity
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory
from temporalio.worker import Worker

from tools.bench.calls import Calls, usual_client
from tools.bench.naive_flow import QUEUE, NaiveHosting, NaiveOrder, NaiveStep

_POLL = timedelta(seconds=30)


class NaiveActivities:
    """One activity for each call."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    @activity.defn
    async def check_eligibility(self, order: NaiveOrder) -> bool:
        """Whether all numbers can be hosted."""
        return await self._calls.check_eligibility(order.phone_numbers)

    @activity.defn
    async def create_order(self, order: NaiveOrder) -> str:
        """Create an order. Returns its id."""
        return await self._calls.create_order(order.phone_numbers)

    @activity.defn
    async def request_codes(self, step: NaiveStep) -> None:
        """Request the codes."""
        await self._calls.request_codes(step.order_id, step.phone_numbers)

    @activity.defn
    async def submit_codes(self, step: NaiveStep) -> bool:
        """Submit the codes."""
        return await self._calls.submit_codes(step.order_id, step.codes)

    @activity.defn
    async def upload(self, step: NaiveStep) -> None:
        """Upload the documents."""
        await self._calls.upload(step.order_id, Path(step.loa), Path(step.bill))

    @activity.defn
    async def await_success(self, step: NaiveStep) -> str:
        """Read the order until it succeeded. The retries of the server set the pace."""
        status = await self._calls.order_status(step.order_id)
        if status != "successful":
            raise ApplicationError("Still in review.", next_retry_delay=_POLL, category=ApplicationErrorCategory.BENIGN)
        return status


async def serve(temporal: str, simulator: str) -> None:
    """Work until stopped."""
    client = await Client.connect(temporal, data_converter=pydantic_data_converter)
    async with usual_client(simulator) as http:
        own = NaiveActivities(Calls(http))
        steps: list[Any] = [own.check_eligibility, own.create_order, own.request_codes, own.submit_codes]
        steps += [own.upload, own.await_success]
        async with Worker(client, task_queue=QUEUE, workflows=[NaiveHosting], activities=steps):
            sys.stdout.write("Naive worker ready\n")
            sys.stdout.flush()
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:]))
