"""Drives the honest peer like ours: a start, an update with the codes, one signal."""

import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client, WorkflowHandle
from temporalio.common import SearchAttributePair, TypedSearchAttributes
from temporalio.service import RPCError

from tools.bench.calls import Calls
from tools.bench.orders import Order
from tools.bench.peer_codec import peer_converter
from tools.bench.peer_flow import NUMBERS, QUEUE, STEP, PeerHosting, PeerOrder
from tools.bench.testbed import TestBed


class Peer:
    """The people of the honest peer."""

    def __init__(self, bed: TestBed, calls: Calls, client: Client) -> None:
        self._bed = bed
        self._calls = calls
        self.client = client

    async def play(self, order: Order) -> None:
        """Run one order from its start to its end."""
        handle = await self.start(order)
        codes = await self._calls.codes_on_handsets(order.phone_numbers)
        await handle.execute_update(PeerHosting.submit_codes, codes)
        await self._calls.until_active(order.phone_numbers[0])
        with suppress(RPCError):  # the first look was faster, and the workflow has ended
            await handle.signal(PeerHosting.telnyx_news)
        await handle.result()

    async def start(self, order: Order) -> WorkflowHandle[PeerHosting, str]:
        """Start one order."""
        documents = self._bed.documents
        work = PeerOrder(phone_numbers=list(order.phone_numbers), loa=str(documents.loa), bill=str(documents.bill))
        shown: list[SearchAttributePair[Any]] = [
            SearchAttributePair(NUMBERS, list(order.phone_numbers)),
            SearchAttributePair(STEP, "order"),
        ]
        return await self.client.start_workflow(
            PeerHosting.run,
            work,
            id=order.reference,
            task_queue=QUEUE,
            search_attributes=TypedSearchAttributes(shown),
        )

    def handle(self, order: Order) -> WorkflowHandle[object, object]:
        """The workflow of an order."""
        return self.client.get_workflow_handle(order.reference)


@asynccontextmanager
async def running(bed: TestBed, calls: Calls) -> AsyncIterator[Peer]:
    """The honest peer on a new Temporal server, with a worker."""
    bed.start_temporal()
    key = secrets.token_hex(32)
    client = await Client.connect(bed.temporal_address, data_converter=peer_converter(key))
    kinds = {
        STEP.name: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
        NUMBERS.name: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
    }
    request = AddSearchAttributesRequest(namespace=client.namespace, search_attributes=kinds)
    await client.operator_service.add_search_attributes(request)
    command = [sys.executable, "-m", "tools.bench.peer_worker", bed.temporal_address, bed.simulator_address, key]
    bed.start("worker", command, {}).wait_until_it_says("Peer worker ready")
    yield Peer(bed, calls, client)
