"""Drives the naive Temporal design in the same style as ours: start, an update with the codes, one signal."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio.client import Client, WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter

from tools.bench.calls import Calls
from tools.bench.naive_flow import QUEUE, NaiveHosting, NaiveOrder
from tools.bench.orders import Order
from tools.bench.stand import Stand


class Naive:
    """The people of the naive design."""

    def __init__(self, stand: Stand, calls: Calls, client: Client) -> None:
        self._stand = stand
        self._calls = calls
        self._client = client

    async def play(self, order: Order) -> None:
        """Takes one order from its start to its end."""
        handle = await self.start(order)
        codes = await self._calls.codes_on_handsets(order.phone_numbers)
        await handle.execute_update(NaiveHosting.submit_codes, codes)
        await self._calls.until_active(order.phone_numbers[0])
        await handle.signal(NaiveHosting.telnyx_news)
        await handle.result()

    async def start(self, order: Order) -> WorkflowHandle[NaiveHosting, str]:
        """Starts one order."""
        papers = self._stand.papers
        work = NaiveOrder(phone_numbers=list(order.phone_numbers), loa=str(papers.loa), bill=str(papers.bill))
        return await self._client.start_workflow(NaiveHosting.run, work, id=order.reference, task_queue=QUEUE)

    def handle(self, order: Order) -> WorkflowHandle[object, object]:
        """The order's workflow."""
        return self._client.get_workflow_handle(order.reference)


@asynccontextmanager
async def running(stand: Stand, calls: Calls) -> AsyncIterator[Naive]:
    """The naive design on a fresh Temporal server, its worker at work."""
    stand.start_temporal()
    client = await Client.connect(stand.temporal_address, data_converter=pydantic_data_converter)
    command = [sys.executable, "-m", "tools.bench.naive_worker", stand.temporal_address, stand.simulator_address]
    stand.start("worker", command, {}).wait_until_it_says("Naive worker ready")
    yield Naive(stand, calls, client)
