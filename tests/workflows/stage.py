"""A stage for the stories: the simulator, a worker on queues of its own, and a person who reads and writes.

Every message travels encrypted, over a real Temporal server; Telnyx is the simulator over HTTP.
"""

import asyncio
import base64
import itertools
import re
import uuid
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

import httpx
import pytest
from fpdf import FPDF
from obstore.store import MemoryStore
from temporalio.api.enums.v1 import PendingActivityState
from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

import worker
from adapters.parts import Parts
from domain import names
from domain.messages import (
    Answer,
    AnswerAsk,
    AskView,
    Cancel,
    Code,
    Document,
    GiveUp,
    HostingRequest,
    Message,
    Options,
    Progress,
    ReplaceDocuments,
    ResendCodes,
    RetryNumbers,
    SubmitCodes,
)
from runtime.document_errors import DocumentStoreUnavailable
from runtime.document_store import DocumentStore
from runtime.settings import Settings
from services import updates
from services.errors import Refused
from simulator import app as simulator
from simulator.settings import Settings as SimulatorSettings
from telnyx_api.accounts import TelnyxAccounts
from telnyx_api.client import TelnyxClient

PROFILE = "11111111-1111-4111-8111-111111111111"
PATIENCE = 60.0
"""Real seconds in which anything that is waited for must happen."""
LOOK_EVERY = 0.15
"""Real seconds between two queries; three times as many took a third of the CPU of two files of stories."""

SETTINGS = Settings(
    keys="test:" + base64.b64encode(b"k" * 32).decode(),
    fingerprint_key=base64.b64encode(b"f" * 32).decode(),
    document_store="memory://",
    poll_interval=0.5,
    create_quarantine=1,
    code_spacing=0,
    codes_at_most=1000,
    workflow_sandbox=True,
)

_seeds = itertools.count(1)
_TLS = httpx.create_ssl_context()
"""For all clients of the simulator: httpx would make one for each, at a twentieth of what a story costs."""


class Store(DocumentStore):
    """The document store, which may be away for a while."""

    away = False

    async def get(self, reference: str, document: Document) -> bytes:
        if self.away:
            raise DocumentStoreUnavailable("The store is away.")
        return await super().get(reference, document)


class NoHolders:
    """The time-skipping server lists nothing; nobody else is at work there."""

    async def find_holders(self, _order_id: str, *, besides: str) -> list[str]:  # noqa: ARG002 - named by the port
        return []


def pdf(text: str = "Letter of authorization") -> bytes:
    """A PDF with a text."""
    document = FPDF()
    document.add_page()
    document.set_font("Helvetica", size=12)
    document.multi_cell(0, 8, text)
    return bytes(document.output())


class Stage:
    """What a story acts on."""

    def __init__(  # noqa: PLR0913, PLR0917 - everything a story may reach for
        self, client: Client, telnyx: httpx.AsyncClient, store: Store, queue: str, account: str, workers: "Workers"
    ) -> None:
        self.client = client
        self.account = account
        self.workers = workers
        self.begun: list[WorkflowHandle[Any, Progress]] = []
        self.telnyx = telnyx
        self.store = store
        self.queue = queue

    async def papers(self, reference: str) -> dict[str, Document]:
        """An LOA and a bill in the store."""
        return {name: await self.store.put(reference, pdf(name), f"{name}.pdf") for name in ("loa", "bill")}

    async def request(self, *numbers: str, papers: bool = True, **fields: Any) -> "Story":
        """Start a request for these numbers, with papers at hand unless said otherwise."""
        reference = fields.pop("reference", f"r-{uuid.uuid4().hex[:10]}")
        documents: dict[str, Document] = await self.papers(reference) if papers else {}
        options = Options(**fields.pop("options", {}))
        request = HostingRequest(
            **{
                "reference": reference,
                "messaging_profile_id": PROFILE,
                "phone_numbers": list(numbers),
                "options": options,
                "account": self.account,
                "by": "test",
                **documents,
                **fields,
            },
        )
        handle = await self.client.start_workflow(
            names.WORKFLOW_TYPE,
            request,
            id=names.workflow_id(reference),
            task_queue=self.queue,
            result_type=Progress,
        )
        self.begun.append(handle)
        return Story(self, handle, reference)

    async def in_review(self, *numbers: str) -> "Story":
        """A request whose numbers are proved and whose papers are up; its review takes longer than any story."""
        await self.control("settings", {"review_seconds": 600})
        story = await self.request(*numbers)
        await story.until_asked("codes")
        await story.codes(*numbers)
        await story.until_step("review")
        return story

    # The world outside

    async def control(self, path: str, body: object = None) -> Any:
        """A call of the simulator's control surface: POST with a body, GET without."""
        url = f"/_simulator/{path}"
        reply = await (self.telnyx.get(url) if body is None else self.telnyx.post(url, json=body))
        assert reply.status_code == 200, reply.text
        return reply.json()

    async def orders(self, *numbers: str) -> list[dict[str, Any]]:
        """Every order ever created with one of these numbers, in truth."""
        orders = await self.control("orders")
        return [order for order in orders if {row["phone_number"] for row in order["phone_numbers"]} & set(numbers)]

    async def until_ordered(self, number: str) -> None:
        """Wait until an order with a number exists in truth."""
        async with asyncio.timeout(PATIENCE):
            while not await self.orders(number):  # noqa: ASYNC110 - the other side of HTTP has no event to wait for
                await asyncio.sleep(0.02)

    async def until_called(self, count: int) -> None:
        """Wait until the API was called so many times."""
        async with asyncio.timeout(PATIENCE):
            while len(await self.control("calls")) < count:  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.02)

    async def the_order(self, number: str) -> str:
        """The id of the one order that was ever made with a number."""
        orders = await self.orders(number)
        assert len(orders) == 1, orders
        return str(orders[0]["id"])

    async def act(self, number: str, order: str | None = None, numbers: Mapping[str, str | None] | None = None) -> None:
        """Act as the reviewer, the carrier or the portal on the newest order with a number."""
        order_id = (await self.orders(number))[-1]["id"]
        body = {"order": order, "numbers": numbers}
        await self.control(f"orders/{order_id}/status", {key: value for key, value in body.items() if value})

    async def faults(self, **faults: object) -> None:
        """Plan faults; without arguments there are none any more."""
        await self.control("faults", faults)

    async def calls(self, method: str, ending: str) -> int:
        """How often the API was called with a method on paths of an ending."""
        return sum(call["method"] == method and call["path"].endswith(ending) for call in await self.control("calls"))

    async def code(self, number: str) -> str:
        """The newest code on a handset."""
        inbox = await self.control(f"inbox?phone_number={number.replace('+', '%2B')}")
        return str(inbox[-1]["code"])


class Story:
    """One request and the person who looks after it."""

    def __init__(self, stage: Stage, handle: "WorkflowHandle[Any, Progress]", reference: str) -> None:
        self.stage = stage
        self.handle = handle
        self.reference = reference

    async def look(self) -> Progress:
        progress: Progress = await self.handle.query(names.PROGRESS_QUERY, result_type=Progress)
        return progress

    async def until(self, good: Callable[[Progress], object]) -> Progress:
        """Look again and again until what is seen is good."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not good(seen := await self.look()):  # noqa: ASYNC110 - a query has no event to wait for
                    await asyncio.sleep(LOOK_EVERY)
        except TimeoutError:
            raise AssertionError(f"never seen: {seen.model_dump_json(indent=1)}") from None
        return seen

    async def until_asked(self, kind: str) -> AskView:
        """Wait until something of this kind is awaited from a person."""
        seen = await self.until(lambda progress: [ask for ask in progress.asks if ask.kind == kind])
        ask = next(ask for ask in seen.asks if ask.kind == kind)
        assert re.fullmatch(r"[A-Z][^\n]*\.", ask.guidance), f"whole sentences: {ask.guidance}"
        return ask

    async def until_step(self, step: str) -> Progress:
        return await self.until(lambda progress: progress.step == step)

    async def until_at_work(self, activity: str) -> None:
        """Wait until an attempt of an activity runs."""
        async with asyncio.timeout(PATIENCE):
            while activity not in await self._at_work():  # noqa: ASYNC110 - a description has no event to wait for
                await asyncio.sleep(0.02)

    async def _at_work(self) -> list[str]:
        description = (await self.handle.describe()).raw_description
        return [
            one.activity_type.name
            for one in description.pending_activities
            if one.state == PendingActivityState.PENDING_ACTIVITY_STATE_STARTED
        ]

    async def send(self, message: Message, update_id: str = "") -> Answer:
        """Send a message as a face does, and give its answer."""
        return await updates.send(self.stage.client, self.reference, message, update_id=update_id, within=50)

    async def refusal(self, message: Message) -> str:
        """Send a message that must be refused, and give the sentence."""
        with pytest.raises(Refused) as caught:
            await self.send(message)
        return str(caught.value)

    async def codes(self, *numbers: str) -> Answer:
        """Hand in the newest code of each number."""
        entries = [Code(phone_number=number, code=await self.stage.code(number)) for number in numbers]
        return await self.send(SubmitCodes(codes=entries, by="test"))

    async def wrong_code(self, number: str) -> Answer:
        wrong = str((int(await self.stage.code(number)) + 1) % 100000).zfill(5)
        return await self.send(SubmitCodes(codes=[Code(phone_number=number, code=wrong)], by="test"))

    async def resend(self, *numbers: str, method: str = "sms") -> Answer:
        return await self.send(ResendCodes(phone_numbers=list(numbers), method=method, by="test"))

    async def documents(self, **documents: Document) -> Answer:
        given = documents or await self.stage.papers(self.reference)
        return await self.send(ReplaceDocuments(**given, by="test"))

    async def give_up(self, *numbers: str) -> Answer:
        return await self.send(GiveUp(phone_numbers=list(numbers), why="test", by="test"))

    async def retry(self, *numbers: str) -> Answer:
        return await self.send(RetryNumbers(phone_numbers=list(numbers), by="test"))

    async def answer(self, ask: AskView, choice: str, order_id: str = "") -> Answer:
        return await self.send(AnswerAsk(ask=ask.id, choice=choice, order_id=order_id, by="test"))

    async def cancel(self) -> Answer:
        return await self.send(Cancel(why="test", by="test"))

    async def result(self) -> Progress:
        async with asyncio.timeout(PATIENCE):
            return await self.handle.result()

    async def ends(self, outcome: str) -> Progress:
        """The result, which must be of this outcome."""
        result = await self.result()
        assert result.outcome == outcome, result.model_dump_json(indent=1)
        return result


def states(progress: Progress) -> dict[str, str]:
    """The state of each number."""
    return {number.phone_number: number.state for number in progress.numbers}


class Workers:
    """The workers of a stage, which may be away for a while."""

    def __init__(self, made: Callable[[], Sequence[Worker]]) -> None:
        self._made = made
        self._at_work = AsyncExitStack()

    async def start(self) -> None:
        for one in self._made():
            await self._at_work.enter_async_context(one)

    async def stop(self) -> None:
        await self._at_work.aclose()


@asynccontextmanager
async def staged(server: WorkflowEnvironment, holders: Any, **settings: Any) -> AsyncIterator[Stage]:
    """A stage of its own: nothing on it is shared with another story but the Temporal server."""
    name = uuid.uuid4().hex[:10]
    queue, account = f"q-{name}", f"a-{name}"
    chosen = SETTINGS.model_copy(update=settings)
    store = Store(MemoryStore(), "memory://")
    simulated = SimulatorSettings(review_seconds=0.3, seed=next(_seeds))  # or the stages' order ids would be the same
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(simulator.run_simulator(simulated))
        telnyx = await stack.enter_async_context(httpx.AsyncClient(base_url=address, verify=_TLS))
        accounts = TelnyxAccounts({account: TelnyxClient("KEY_test", f"{address}/v2")})
        stack.push_async_callback(accounts.aclose)
        workers = Workers(lambda: worker.workers(Parts(server.client, chosen, accounts, holders, store, queue)))
        stage = Stage(server.client, telnyx, store, queue, account, workers)
        stack.push_async_callback(_leave_nothing, stage)
        stack.push_async_callback(workers.stop)
        await workers.start()
        yield stage


async def _leave_nothing(stage: Stage) -> None:
    """End what would live on without a worker: on the skipping server its timers would stop the clock for others."""
    account = stage.client.get_workflow_handle(names.account_workflow_id(stage.account))
    for handle in (*stage.begun, account):
        with suppress(RPCError):  # it has ended, or never began
            await handle.terminate()
