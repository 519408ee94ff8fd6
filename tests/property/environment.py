"""Where stories run: one server with a clock that skips and one worker for all, and a simulator for each story."""

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
from simulator.parts import PARTS
from simulator.review import Reviewer
from simulator.settings import Settings as SimulatorSettings
from telnyx_api.accounts import TelnyxAccounts
from telnyx_api.client import TelnyxClient
from tests.descriptions import Descriptions
from tests.property.clock import Clock
from tests.property.monitor import Monitor
from tests.property.open_work import OpenWork
from tests.property.stories import DAY
from tests.workflows.stage import SETTINGS, pdf
from workflows import search_attributes as attributes

_CORE_LOG = logging.getLogger("tests.property.core")
REVIEW_SECONDS = 3.0 * DAY
"""By the story's clock."""
_PDFS = {name: pdf(name) for name in ("loa", "bill")}


class Accounts(TelnyxAccounts):
    """An account for each story, which sees no orders of the other stories."""

    def __init__(self) -> None:
        super().__init__({})

    def add(self, name: str, client: TelnyxClient) -> None:
        self._clients[name] = client

    async def remove(self, name: str) -> None:
        await self._clients.pop(name).aclose()


class Holders:
    """Which request holds an order. This server lists nothing, so the story that runs is asked."""

    story: "StoryEnvironment | None" = None

    async def find_holders(self, order_id: str, *, besides: str) -> list[str]:
        held = self.story.held if self.story else {}
        return sorted({reference for reference in held.get(order_id, ()) if reference != besides})

    async def find_watched(self, account: str) -> dict[str, str]:  # noqa: ARG002 - named by the port
        """None: this server shows the pause of a watch as a running poll, and each hint would wait for its end."""
        return {}


class StuckServerLog(logging.Handler):
    """Notices in the log that the server is stuck.

    This server cannot take a cancel of an activity that has just ended; other servers can. It loses the workflow's task
    then, and its clock stands still from that moment on.
    """

    def __init__(self) -> None:
        super().__init__()
        self.is_stuck = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def emit(self, record: logging.LogRecord) -> None:
        if "ACTIVITY_UNKNOWN" in record.getMessage() + str(getattr(record, "temporal_log", "")):
            self._loop.call_soon_threadsafe(self.is_stuck.set)


@cache
def _runtime() -> Runtime:
    """The SDK's core, whose warnings go to Python's logging."""
    level = TelemetryFilter(core_level="WARN", other_level="ERROR")
    forwarding = LogForwardingConfig(logger=_CORE_LOG)
    return Runtime(telemetry=TelemetryConfig(logging=LoggingConfig(filter=level, forwarding=forwarding)))


class StoryEnvironment:
    """What one story has for itself: a Telnyx account, a simulator, a clock and a monitor."""

    def __init__(self, shared: "Environment", account: str, clock: Clock, monitor: Monitor) -> None:
        self.client, self.queue, self.server = shared.client, shared.queue, shared.server
        self.store = shared.store
        self.account = account
        self.telnyx = shared.accounts.telnyx(account)
        self.parts = monitor.parts
        self.world = monitor.parts.world
        self.clock = clock
        self.monitor = monitor
        self.held: dict[str, set[str]] = {}
        """The references of the running requests that know an order, by its id."""

    async def documents(self, reference: str, *names: str) -> dict[str, Document]:
        """Documents in the store."""
        return {name: await self.store.put(reference, _PDFS[name], f"{name}.pdf") for name in names}


class Environment:
    """What all stories of one process share."""

    def __init__(self, server: WorkflowEnvironment, work: OpenWork, is_stuck: asyncio.Event) -> None:
        self.server = server
        self.work = work
        self.is_stuck = is_stuck
        """Set once the server is stuck."""
        self.client = server.client
        self.queue = f"q-{uuid.uuid4().hex[:10]}"
        self.store = DocumentStore(MemoryStore(), "memory://")
        self.accounts = Accounts()
        self.holders = Holders()

    @asynccontextmanager
    async def for_story(self) -> AsyncIterator[StoryEnvironment]:
        """A new simulator, with an account of its own."""
        clock, account = Clock(self.server, self.work), f"a-{uuid.uuid4().hex[:10]}"
        app, monitor = simulator.build(SimulatorSettings(review_seconds=REVIEW_SECONDS)), Monitor(clock)

        async def review_by_clock(app: web.Application) -> AsyncIterator[None]:
            parts = app[PARTS]
            parts.reviewer = Reviewer(parts.world, parts.lifecycle, parts.background, clock.sleep)
            yield

        monitor.watch(app)
        app.cleanup_ctx.append(review_by_clock)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            self.accounts.add(account, TelnyxClient("KEY_test", f"http://127.0.0.1:{runner.addresses[0][1]}/v2"))
            story = self.holders.story = StoryEnvironment(self, account, clock, monitor)
            yield story
        finally:
            self.holders.story = None
            await self._end_account(account)
            await self.accounts.remove(account)
            await runner.cleanup()

    async def _end_account(self, account: str) -> None:
        """End the account's workflow: its reminders would fire in every later story, whose clocks leap months."""
        with suppress(RPCError):  # a story that ordered nothing has no such workflow
            await self.client.get_workflow_handle(account_workflow_id(account)).terminate()


@asynccontextmanager
async def open_environment() -> AsyncIterator[Environment]:
    """A new environment. It has its own server, since its clock must not run ahead of others."""
    settings = SETTINGS.model_copy(update={"poll_interval": float(DAY), "create_quarantine": 120})
    descriptions, work, log = Descriptions(), OpenWork(), StuckServerLog()
    async with AsyncExitStack() as stack:
        _CORE_LOG.addHandler(log)
        stack.callback(_CORE_LOG.removeHandler, log)
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
        shared = Environment(server, work, log.is_stuck)
        parts = Parts(
            server.client, settings, shared.accounts, shared.holders, shared.store, shared.queue, watched=shared.holders
        )
        for one in worker.workers(parts):
            await stack.enter_async_context(one)
        yield shared
        await asyncio.sleep(0.3)  # the SDK may abort when a process ends right after its server
