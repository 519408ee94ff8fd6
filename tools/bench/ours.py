"""Design (a): this program. Its worker is a process of its own; what people do goes through `HostedSms`."""

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
from tools.bench.calls import SECONDS_BETWEEN_LOOKS, Calls
from tools.bench.orders import PROFILE, Order
from tools.bench.stand import Stand, installation
from tools.demo.processes import Child, free_ports


class Ours:
    """The people of our program: they start requests, read out codes, and bring Telnyx's news."""

    def __init__(self, stand: Stand, calls: Calls, hosted_sms: HostedSms, environment: dict[str, str]) -> None:
        self._stand = stand
        self._calls = calls
        self._environment = environment
        self._requests = RunningRequests(hosted_sms.client, hosted_sms.fingerprints)
        self.hosted_sms = hosted_sms
        self.worker = self.start_worker()

    def start_worker(self) -> Child:
        """Starts a worker, named `worker`, and waits until it takes work; one before has to have ended."""
        self.worker = self._stand.start("worker", [sys.executable, "worker.py"], self._environment)
        self.worker.wait_until_it_says("worker_started")
        return self.worker

    def start_webhooks(self) -> str:
        """Starts the process that takes webhooks; its address."""
        (port,) = free_ports(1)
        address = f"127.0.0.1:{port}"
        settings = self._environment | {"HOSTED_SMS_WEBHOOKS_ADDRESS": address}
        child = self._stand.start("webhooks", [sys.executable, "webhooks.py"], settings)
        child.wait_until_it_says("webhooks_started")
        return address

    async def play(self, order: Order) -> None:
        """Takes one request from its start to its end, and brings a webhook's hint."""
        await self.start(order)
        await self.hand_in_codes(order)
        await self.hint(order)
        await self.handle(order).result()

    async def start(self, order: Order, account: str = "default") -> None:
        """Starts the request, its papers checked and stored, as `hosted-sms start` does."""
        papers = self._stand.papers
        loa, bill = PdfFile(papers.loa), PdfFile(papers.bill)
        new = NewRequest(order.reference, PROFILE, order.phone_numbers, account=account, loa=loa, bill=bill)
        await self.hosted_sms.start(await prepare(new), preflight=False)

    async def hand_in_codes(self, order: Order) -> None:
        """Reads the codes off the handsets and hands them in, as often as newer ones have been sent meanwhile."""
        while not await self.submit(order, await self._calls.codes_on_handsets(order.phone_numbers)):  # noqa: ASYNC110 - a handset has no event to wait for
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)

    async def submit(self, order: Order, codes: Mapping[str, str]) -> bool:
        """Hands codes in; what is too early by a moment, or finds no worker, once more and under the same id.

        False when one was rejected, or is kept because Telnyx is being asked for another: only the newest is right.
        """
        update_id = str(uuid.uuid4())
        message = SubmitCodes(codes=[Code(phone_number=number, code=code) for number, code in codes.items()])
        while True:
            try:
                answer = await self.hosted_sms.submit_codes(order.reference, message, update_id=update_id)
            except (Finished, UnknownReference):
                raise
            except (Refused, NoAnswer):
                await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
            else:
                return bool(answer.numbers) and all(number.result != "rejected" for number in answer.numbers)

    async def hint(self, order: Order) -> None:
        """Brings the last webhook's hint, as `webhooks.py` does."""
        await self._calls.until_active(order.phone_numbers[0])
        hint = TelnyxNews(event_type=f"{HOSTED_ORDERS}updated")
        with suppress(RPCError):  # a poll was quicker, and the request has ended
            while True:
                with suppress(TimeoutError):  # a look takes long; `webhooks.py` tries again as well
                    await self._requests.send_hint(names.workflow_id(order.reference), hint)
                    break

    def handle(self, order: Order) -> WorkflowHandle[object, object]:
        """The request's workflow."""
        return self.hosted_sms.client.get_workflow_handle(names.workflow_id(order.reference))


@asynccontextmanager
async def running(stand: Stand, calls: Calls, **settings: str) -> AsyncIterator[Ours]:
    """Our program on a fresh Temporal server: set up, and its worker at work.

    Args:
        stand: where its processes run.
        calls: what people see of Telnyx.
        settings: environment variables of the worker that differ.
    """
    stand.start_temporal()
    environment = installation(stand) | settings
    of_faces = Settings(
        keys=environment["HOSTED_SMS_KEYS"],
        fingerprint_key=environment["HOSTED_SMS_FINGERPRINT_KEY"],
        document_store=environment["HOSTED_SMS_DOCUMENT_STORE"],
    )
    client = await Client.connect(
        stand.temporal_address, data_converter=data_converter(of_faces), grpc_compression=COMPRESSION
    )
    hosted_sms = HostedSms(client, of_faces)
    await hosted_sms.setup()
    yield Ours(stand, calls, hosted_sms, environment)
