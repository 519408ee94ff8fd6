"""The stage of a story. It is everything that a test of a request acts on, and nothing of it is shared.

A stage has a simulator of its own, workers on queues of their own, a Telnyx account and a document store; only the
Temporal server is shared. A story (`Story`) is one request on a stage and the person who looks after it. The fixture
`stage` runs in real time, and `skipping` on the server whose clock skips ahead while a result is awaited. Every message
travels encrypted over a real Temporal server, and Telnyx is the simulator over HTTP.
"""

import base64
import uuid
from collections.abc import AsyncIterator, MutableMapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

import httpx
from fpdf import FPDF
from obstore.store import MemoryStore
from structlog.testing import capture_logs
from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

import worker
from adapters.parts import Parts
from domain import names
from domain.messages import Answer, Document, HostingRequest, Options, Progress
from runtime.document_errors import DocumentStoreUnavailable
from runtime.document_store import DocumentStore
from runtime.settings import Settings
from services import accounts
from simulator import app as simulator
from telnyx_api.accounts import TelnyxAccounts
from telnyx_api.client import TelnyxClient
from tests.workflows.story import Story
from tests.workflows.telnyx_side import PROFILE, TelnyxSide, simulator_client, simulator_settings

SETTINGS = Settings(
    keys="test:" + base64.b64encode(b"k" * 32).decode(),
    fingerprint_key=base64.b64encode(b"f" * 32).decode(),
    document_store="memory://",
    poll_interval=0.5,
    create_quarantine=1,
    code_spacing=0,
    codes_at_most=1000,
    import_pace=1e6,
    workflow_sandbox=True,
)


class Store(DocumentStore):
    """The document store, which may be away for a while."""

    away = False

    async def get(self, reference: str, document: Document) -> bytes:
        if self.away:
            raise DocumentStoreUnavailable("The store is away.")
        return await super().get(reference, document)


class NoHolders:
    """For the time-skipping server, which lists nothing: no other request runs there."""

    async def find_holders(self, _order_id: str, *, besides: str) -> list[str]:  # noqa: ARG002 - named by the port
        return []


class NoLister:
    """For the same server. It shows the pause of a watch as a running poll, and each hint would wait for its end."""

    async def find_watched(self, account: str) -> dict[str, str]:  # noqa: ARG002 - named by the port
        return {}


def pdf(text: str = "Letter of authorization") -> bytes:
    """A PDF with a text."""
    document = FPDF()
    document.add_page()
    document.set_font("Helvetica", size=12)
    document.multi_cell(0, 8, text)
    return bytes(document.output())


class Stage(TelnyxSide):
    """What a story acts on. `logs` has every line that was logged since the stage began."""

    def __init__(  # noqa: PLR0913, PLR0917 - everything a story may reach for
        self, client: Client, telnyx: httpx.AsyncClient, store: Store, queue: str, account: str, workers: "Workers"
    ) -> None:
        super().__init__(telnyx)
        self.client = client
        self.account = account
        self.workers = workers
        self.begun: list[WorkflowHandle[Any, Progress]] = []
        self.store = store
        self.queue = queue
        self.logs: list[MutableMapping[str, Any]] = []

    async def documents(self, reference: str) -> dict[str, Document]:
        """An LOA and a bill in the store."""
        return {name: await self.store.put(reference, pdf(name), f"{name}.pdf") for name in ("loa", "bill")}

    async def request(self, *numbers: str, documents: bool = True, **fields: Any) -> Story:
        """Start a request for these numbers, with an LOA and a bill unless said otherwise."""
        reference = fields.pop("reference", f"r-{uuid.uuid4().hex[:10]}")
        given = await self.documents(reference) if documents else {}
        request = HostingRequest(
            **{
                "reference": reference,
                "messaging_profile_id": PROFILE,
                "phone_numbers": list(numbers),
                "options": Options(**fields.pop("options", {})),
                "account": self.account,
                "by": "test",
                **given,
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

    async def in_review(self, *numbers: str, **fields: Any) -> Story:
        """A request whose numbers are proved and whose documents are uploaded. Its review does not end by itself."""
        await self.configure(review_seconds=600)
        story = await self.request(*numbers, **fields)
        await story.prove(*numbers)
        await story.until_step("review")
        return story

    async def refuse_account(self) -> None:
        """From now on Telnyx refuses the account's key, until `faults()` ends that."""
        await self.faults(kinds=["401"])

    async def resume_account(self) -> Answer:
        """Telnyx takes the key again, and a person says so."""
        await self.faults()
        return await accounts.resume(self.client, self.account, by="me")

    def notified(self, event: str = "", **fields: object) -> list[MutableMapping[str, Any]]:
        """The notifications about this account, oldest first. The arguments select by event and by other fields."""
        wanted = {"account": self.account, **({"event": event} if event else {}), **fields}
        return [entry for entry in self.logs if "event_id" in entry and wanted.items() <= entry.items()]


class Workers:
    """The workers of a stage, which may be stopped for a while."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self._running = AsyncExitStack()

    async def start(self) -> None:
        for one in worker.workers(self.parts):
            await self._running.enter_async_context(one)

    async def stop(self) -> None:
        await self._running.aclose()


@asynccontextmanager
async def staged(server: WorkflowEnvironment, holders: Any, **settings: Any) -> AsyncIterator[Stage]:
    """A new stage on a server. The settings are those in which its workers differ from `SETTINGS`."""
    name = uuid.uuid4().hex[:10]
    queue, account = f"q-{name}", f"a-{name}"
    chosen = SETTINGS.model_copy(update=settings)
    store = Store(MemoryStore(), "memory://")
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(simulator.run_simulator(simulator_settings()))
        telnyx = await stack.enter_async_context(simulator_client(address))
        keys = TelnyxAccounts({account: TelnyxClient("KEY_test", f"{address}/v2")})
        stack.push_async_callback(keys.aclose)
        watched = NoLister() if isinstance(holders, NoHolders) else None
        workers = Workers(Parts(server.client, chosen, keys, holders, store, queue, watched=watched))
        stage = Stage(server.client, telnyx, store, queue, account, workers)
        stage.logs = stack.enter_context(capture_logs())
        stack.push_async_callback(_terminate_all, stage)
        stack.push_async_callback(workers.stop)
        await workers.start()
        yield stage


async def _terminate_all(stage: Stage) -> None:
    """End what would live on without a worker: on the skipping server its timers would stop the clock for others."""
    account = stage.client.get_workflow_handle(names.account_workflow_id(stage.account))
    for handle in (*stage.begun, account):
        with suppress(RPCError):  # it has ended, or never began
            await handle.terminate()
