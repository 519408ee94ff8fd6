"""Where stories are played: one server with a clock that skips and one worker for all; a simulator for each story."""

import asyncio
import logging
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import cache
from pathlib import Path

from aiohttp import web
from obstore.store import MemoryStore
from temporalio.runtime import LogForwardingConfig, LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

import worker
from adapters.parts import Parts
from domain.messages import Document
from domain.names import account_workflow_id
from runtime import connection
from runtime.document_store import DocumentStore
from services import setup
from simulator import app as simulator
from simulator.parts import PARTS, SimulatorParts
from simulator.review import Reviewer
from simulator.settings import Settings as SimulatorSettings
from telnyx_api.accounts import TelnyxAccounts
from telnyx_api.client import TelnyxClient
from tests.property.clock import Clock
from tests.property.descriptions import Descriptions
from tests.property.stories import DAY
from tests.property.witness import Witness
from tests.property.work import Work
from tests.workflows.stage import SETTINGS, pdf
from workflows import search_attributes as attributes

_CORE_LOG = logging.getLogger("tests.property.core")
REVIEW_SECONDS = 3.0 * DAY
"""By the story's clock."""
_PDFS = {name: pdf(name) for name in ("loa", "bill")}


class Accounts(TelnyxAccounts):
    """An account for each story, which sees nothing of the others' orders."""

    def __init__(self) -> None:
        super().__init__({})

    def put(self, name: str, client: TelnyxClient) -> None:
        """A story begins."""
        self._clients[name] = client

    async def forget(self, name: str) -> None:
        """A story is over."""
        await self._clients.pop(name).aclose()


class Holders:
    """Which request holds an order: on this server nothing can be listed, so the story at play is asked."""

    scene: "Scene | None" = None

    async def find_holders(self, order_id: str, *, besides: str) -> list[str]:
        held = self.scene.held if self.scene else {}
        return sorted({reference for reference in held.get(order_id, ()) if reference != besides})


class Lost(logging.Handler):
    """Notices that the server lost its way: it cannot take a cancel of an activity that has just ended.

    Other servers can. This one loses the workflow's task then, and its clock stands still from that moment on.
    """

    def __init__(self) -> None:
        super().__init__()
        self.event = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def emit(self, record: logging.LogRecord) -> None:
        if "ACTIVITY_UNKNOWN" in record.getMessage() + str(getattr(record, "temporal_log", "")):
            self._loop.call_soon_threadsafe(self.event.set)


@cache
def _runtime() -> Runtime:
    """The SDK's core, whose warnings come to Python's logging."""
    level = TelemetryFilter(core_level="WARN", other_level="ERROR")
    forwarding = LogForwardingConfig(logger=_CORE_LOG)
    return Runtime(telemetry=TelemetryConfig(logging=LoggingConfig(filter=level, forwarding=forwarding)))


class Scene:
    """One story's surroundings."""

    def __init__(
        self, theatre: "Theatre", account: str, services: SimulatorParts, clock: Clock, witness: Witness
    ) -> None:
        self.client, self.queue, self.server = theatre.client, theatre.queue, theatre.server
        self.store = theatre.store
        self.account = account
        self.telnyx = theatre.accounts.telnyx(account)
        self.services = services
        self.world = services.world
        self.clock = clock
        self.witness = witness
        self.held: dict[str, set[str]] = {}
        """The references of the running requests that know an order, by its id."""

    async def papers(self, reference: str, *names: str) -> dict[str, Document]:
        """Documents in the store."""
        return {name: await self.store.put(reference, _PDFS[name], f"{name}.pdf") for name in names}


class Theatre:
    """What all stories of one process share."""

    def __init__(self, server: WorkflowEnvironment, work: Work, lost: asyncio.Event) -> None:
        self.server = server
        self.work = work
        self.lost = lost
        """Set once the server lost its way."""
        self.client = server.client
        self.queue = f"q-{uuid.uuid4().hex[:10]}"
        self.store = DocumentStore(MemoryStore(), "memory://")
        self.accounts = Accounts()
        self.holders = Holders()

    @asynccontextmanager
    async def scene(self) -> AsyncIterator[Scene]:
        """A fresh Telnyx, with an account of its own."""
        clock, account = Clock(self.server, self.work), f"a-{uuid.uuid4().hex[:10]}"
        app = simulator.build(SimulatorSettings(review_seconds=REVIEW_SECONDS))
        services: list[SimulatorParts] = []

        async def take_seats(live: web.Application) -> AsyncIterator[None]:
            parts = live[PARTS]
            parts.reviewer = Reviewer(parts.world, parts.lifecycle, parts.background, clock.sleep)
            witness._services = parts
            services.append(parts)
            yield

        witness = Witness(None, clock)  # type: ignore[arg-type]
        witness.watch(app)
        app.cleanup_ctx.append(take_seats)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            self.accounts.put(account, TelnyxClient("KEY_test", f"http://127.0.0.1:{runner.addresses[0][1]}/v2"))
            scene = self.holders.scene = Scene(self, account, services[0], clock, witness)
            yield scene
        finally:
            self.holders.scene = None
            await self._end_account(account)
            await self.accounts.forget(account)
            await runner.cleanup()

    async def _end_account(self, account: str) -> None:
        """A story leaves nothing open: what reminds of it would ring in every later story, whose clocks leap months."""
        with suppress(RPCError):  # a story that ordered nothing has no such workflow
            await self.client.get_workflow_handle(account_workflow_id(account)).terminate()


@asynccontextmanager
async def opened() -> AsyncIterator[Theatre]:
    """A theatre of one's own, since its clock must not run ahead of others."""
    settings = SETTINGS.model_copy(update={"poll_interval": float(DAY), "create_quarantine": 120})
    descriptions, work, lost = Descriptions(), Work(), Lost()
    async with AsyncExitStack() as stack:
        _CORE_LOG.addHandler(lost)
        stack.callback(_CORE_LOG.removeHandler, lost)
        server = await stack.enter_async_context(
            await WorkflowEnvironment.start_time_skipping(
                test_server_existing_path=str(Path(sys.executable).parent / "temporal-test-server"),
                data_converter=connection.data_converter(SETTINGS),
                interceptors=[descriptions, work],
                runtime=_runtime(),
            )
        )
        await setup._add(server.client, attributes.ALL)  # it cannot list those that it has
        descriptions.client = work.client = server.client
        theatre = Theatre(server, work, lost.event)
        for one in worker.workers(
            Parts(server.client, settings, theatre.accounts, theatre.holders, theatre.store, theatre.queue)
        ):
            await stack.enter_async_context(one)
        yield theatre
        await asyncio.sleep(0.3)  # the SDK may abort when a process ends right after its server
