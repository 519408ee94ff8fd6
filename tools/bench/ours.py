"""Design (a): this program, with a worker process. People act through `HostedSms`."""

import asyncio
import sys
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress

from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError

from commands.files import PdfFile
from domain import names
from domain.messages import Code, SubmitCodes, TelnyxNews
from inbound.events import HOSTED_ORDERS
from inbound.running_requests import RunningRequests
from runtime.connection import COMPRESSION, data_converter
from runtime.settings import Settings
from services.errors import Finished, NoAnswer, Refused, UnknownReference
from services.hosted_sms import HostedSms
from services.prepare import NewRequest, prepare
from tools.bench.calls import SECONDS_BETWEEN_POLLS, Calls
from tools.bench.orders import PROFILE, Order
from tools.bench.testbed import TestBed, installation
from tools.demo.processes import Child, free_ports


class Ours:
    """The people of our program. They start requests, submit codes, and deliver the webhooks of Telnyx."""

    def __init__(self, bed: TestBed, calls: Calls, hosted_sms: HostedSms, environment: dict[str, str]) -> None:
        self._bed = bed
        self._calls = calls
        self.environment = environment
        self._requests = RunningRequests(hosted_sms.client, hosted_sms.fingerprints)
        self.hosted_sms = hosted_sms
        self.worker = self.start_worker()

    def start_worker(self, name: str = "worker") -> Child:
        """Start a worker and wait until it takes work. An earlier one of the same name must have ended."""
        self.worker = self._bed.start(name, [sys.executable, "worker.py"], self.environment)
        self.worker.wait_until_it_says("worker_started")
        return self.worker

    def start_webhooks(self) -> str:
        """Start the process for webhooks. Returns its address."""
        (port,) = free_ports(1)
        address = f"127.0.0.1:{port}"
        settings = self.environment | {"HOSTED_SMS_WEBHOOKS_ADDRESS": address}
        child = self._bed.start("webhooks", [sys.executable, "webhooks.py"], settings)
        child.wait_until_it_says("webhooks_started")
        return address

    async def play(self, order: Order) -> None:
        """Run one request from its start to its end, with the hint of a webhook."""
        await self.start(order)
        await self.submit_codes_on_handsets(order)
        await self.hint(order)
        await self.handle(order).result()

    async def start(self, order: Order, account: str = "default") -> None:
        """Check and store the documents, and start the request, as `hosted-sms start` does."""
        documents = self._bed.documents
        loa, bill = PdfFile(documents.loa), PdfFile(documents.bill)
        new = NewRequest(order.reference, PROFILE, order.phone_numbers, account=account, loa=loa, bill=bill)
        await self.hosted_sms.start(await prepare(new), preflight=False)

    async def start_bare(self, order: Order) -> None:
        """Start a request without documents, which then asks for them."""
        new = NewRequest(order.reference, PROFILE, order.phone_numbers)
        await self.hosted_sms.start(await prepare(new), preflight=False)

    async def submit_codes_on_handsets(self, order: Order) -> None:
        """Submit the codes on the handsets, again if newer ones were sent meanwhile."""
        while not await self.submit(order, await self._calls.codes_on_handsets(order.phone_numbers)):  # noqa: ASYNC110 - a handset has no event to wait for
            await asyncio.sleep(SECONDS_BETWEEN_POLLS)

    async def submit(self, order: Order, codes: Mapping[str, str]) -> bool:
        """Submit codes. An update that is too early or finds no worker is repeated with the same id.

        Returns:
            False if a code was rejected, or kept because a newer one was requested, which alone is right.
        """
        update_id = str(uuid.uuid4())
        message = SubmitCodes(codes=[Code(phone_number=number, code=code) for number, code in codes.items()])
        while True:
            try:
                answer = await self.hosted_sms.submit_codes(order.reference, message, update_id=update_id)
            except (Finished, UnknownReference):
                raise
            except (Refused, NoAnswer):
                await asyncio.sleep(SECONDS_BETWEEN_POLLS)
            else:
                return bool(answer.numbers) and all(number.result != "rejected" for number in answer.numbers)

    async def hint(self, order: Order) -> None:
        """Deliver the hint of the last webhook, as `webhooks.py` does."""
        await self._calls.until_active(order.phone_numbers[0])
        hint = TelnyxNews(event_type=f"{HOSTED_ORDERS}updated")
        with suppress(RPCError):  # a poll was faster, and the request has ended
            while True:
                with suppress(TimeoutError):  # a poll takes long, and `webhooks.py` tries again as well
                    await self._requests.send_hint(names.workflow_id(order.reference), hint)
                    break

    def handle(self, order: Order) -> WorkflowHandle[object, object]:
        """The workflow of the request."""
        return self.hosted_sms.client.get_workflow_handle(names.workflow_id(order.reference))


@asynccontextmanager
async def running(bed: TestBed, calls: Calls, **settings: str) -> AsyncIterator[Ours]:
    """Our program on a new Temporal server, set up and with a worker.

    Args:
        bed: has its processes.
        calls: the people's view of Telnyx.
        settings: environment variables of the worker that differ from the usual ones.
    """
    bed.start_temporal()
    environment = installation(bed) | settings
    settings_of_people = Settings(
        keys=environment["HOSTED_SMS_KEYS"],
        fingerprint_key=environment["HOSTED_SMS_FINGERPRINT_KEY"],
        document_store=environment["HOSTED_SMS_DOCUMENT_STORE"],
    )
    client = await Client.connect(
        bed.temporal_address, data_converter=data_converter(settings_of_people), grpc_compression=COMPRESSION
    )
    hosted_sms = HostedSms(client, settings_of_people)
    await hosted_sms.setup()
    yield Ours(bed, calls, hosted_sms, environment)
