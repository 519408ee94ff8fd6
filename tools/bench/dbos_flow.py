"""Design (d): the same flow on DBOS with PostgreSQL. Driver and worker are one process, as in a web application.

It needs the extra `bench`. As in the Temporal designs every call is a recorded step, the codes come from outside and
are answered, and Telnyx's news comes from outside.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from dbos import DBOS, SetWorkflowID, WorkflowHandleAsync

from tools.bench.calls import Calls
from tools.bench.orders import Order
from tools.bench.testbed import TestBed

_A_DAY = 86_400.0
_SECONDS_BETWEEN_READS = 30.0


class Hosting:
    """The workflow with its steps, and the people."""

    def __init__(self, bed: TestBed, calls: Calls) -> None:
        self._bed = bed
        self._calls = calls

        async def host(phone_numbers: list[str]) -> str:  # a bound method takes no decorator of DBOS
            return await self._host(phone_numbers)

        self._run = DBOS.workflow(name="host")(host)

    async def play(self, order: Order) -> None:
        """Run one order from its start to its end."""
        handle = await self.start(order)
        codes = await self._calls.codes_on_handsets(order.phone_numbers)
        await DBOS.send_async(order.reference, codes, "codes")
        await DBOS.get_event_async(order.reference, "verified", _A_DAY)
        await self._calls.until_active(order.phone_numbers[0])
        await DBOS.send_async(order.reference, "updated", "news")
        await handle.get_result()

    async def start(self, order: Order) -> WorkflowHandleAsync[str]:
        """Start one order."""
        with SetWorkflowID(order.reference):
            return await DBOS.start_workflow_async(self._run, list(order.phone_numbers))

    async def _host(self, phone_numbers: list[str]) -> str:
        """The flow."""
        calls, documents = self._calls, self._bed.documents
        await DBOS.run_step_async(None, calls.check_eligibility, phone_numbers)
        order_id = await DBOS.run_step_async(None, calls.create_order, phone_numbers)
        await DBOS.run_step_async(None, calls.request_codes, order_id, phone_numbers)
        codes = await DBOS.recv_async("codes", _A_DAY)
        verified = await DBOS.run_step_async(None, calls.submit_codes, order_id, codes)
        await DBOS.set_event_async("verified", verified)
        await DBOS.run_step_async(None, calls.upload, order_id, documents.loa, documents.bill)
        await DBOS.recv_async("news", _A_DAY)
        while (status := await DBOS.run_step_async(None, calls.order_status, order_id)) != "successful":
            await DBOS.sleep_async(_SECONDS_BETWEEN_READS)
        return str(status)


@asynccontextmanager
async def running(bed: TestBed, calls: Calls, database: str) -> AsyncIterator[Hosting]:
    """DBOS on a database, in this process."""
    DBOS(config={"name": "bench", "system_database_url": database, "log_level": "WARNING"})
    hosting = Hosting(bed, calls)
    DBOS.launch()
    try:
        yield hosting
    finally:
        DBOS.destroy(destroy_registry=True)
