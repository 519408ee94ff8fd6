"""Drives the naive Temporal design like ours: a start, an update with the codes, one signal."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio.client import Client, WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter

from tools.bench.calls import Calls
from tools.bench.naive_flow import QUEUE, NaiveHosting, NaiveOrder
from tools.bench.orders import Order
from tools.bench.testbed import TestBed


class Naive:
    """The people of the naive design."""

    def __init__(self, bed: TestBed, calls: Calls, client: Client) -> None:
        self._bed = bed
        self._calls = calls
        self.client = client

    async def play(self, order: Order) -> None:
        """Run one order from its start to its end."""
        handle = await self.start(order)
        codes = await self._calls.codes_on_handsets(order.phone_numbers)
        await handle.execute_update(NaiveHosting.submit_codes, codes)
        await self._calls.until_active(order.phone_numbers[0])
        await handle.signal(NaiveHosting.telnyx_news)
        await handle.result()

    async def start(self, order: Order) -> WorkflowHandle[NaiveHosting, str]:
        """Start one order."""
        documents = self._bed.documents
        work = NaiveOrder(phone_numbers=list(order.phone_numbers), loa=str(documents.loa), bill=str(documents.bill))
        return await self.client.start_workflow(NaiveHosting.run, work, id=order.reference, task_queue=QUEUE)

    def handle(self, order: Order) -> WorkflowHandle[object, object]:
        """The workflow of an order."""
        return self.client.get_workflow_handle(order.reference)


@asynccontextmanager
async def running(bed: TestBed, calls: Calls) -> AsyncIterator[Naive]:
    """The naive design on a new Temporal server, with a worker."""
    bed.start_temporal()
    client = await Client.connect(bed.temporal_address, data_converter=pydantic_data_converter)
    command = [sys.executable, "-m", "tools.bench.naive_worker", bed.temporal_address, bed.simulator_address]
    bed.start("worker", command, {}).wait_until_it_says("Naive worker ready")
    yield Naive(bed, calls, client)
