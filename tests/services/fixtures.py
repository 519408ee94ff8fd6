"""Fixtures for the tests of services and commands: a real dev server, and a worker of stand-ins.

The server has two namespaces: `default`, where a worker runs, and `silent`, where none ever did.
"""

import asyncio
import base64
import itertools
import os
import sys
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from fpdf import FPDF
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.imports import ImportActivities
from adapters.request_starter import TemporalRequestStarter
from domain import names
from runtime import connection
from runtime.document_store import DocumentStore
from runtime.fingerprints import Fingerprints
from runtime.settings import Settings
from services import server_state, setup
from services.documents import PdfBytes
from services.prepare import NewRequest, PreparedRequest, prepare
from services.start import Starter, StartResult
from tests import limits
from tests.services import stand_ins
from workflows.import_requests import ImportRequests

KEYS = f"test:{base64.b64encode(b'k' * 32).decode()}"
FINGERPRINT_KEY = base64.b64encode(b"f" * 32).decode()
Prepared = Callable[..., Awaitable[PreparedRequest]]
Begin = Callable[..., Awaitable[StartResult]]
_counter = itertools.count()


@pytest.fixture(scope="session")
def settings() -> Settings:
    return Settings(keys=KEYS, fingerprint_key=FINGERPRINT_KEY)


@pytest.fixture(scope="session")
async def dev_server(settings: Settings) -> AsyncIterator[WorkflowEnvironment]:
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(_temporal()),
        dev_server_extra_args=[f"--namespace={name}" for name in ("silent", "crooked", "fresh", "bare")],
        dev_server_log_level="error",
        data_converter=connection.data_converter(settings),
    ) as server:
        await setup.set_up(server.client)
        yield server


def _temporal() -> Path:
    """The server of the environment that runs the tests."""
    return Path(sys.executable).parent / "temporal"


class StoreOfTheTest:
    """The document store that the environment names now. The worker outlives the stores of the tests."""

    def __getattr__(self, name: str) -> Any:
        return getattr(DocumentStore.from_url(os.environ["HOSTED_SMS_DOCUMENT_STORE"]), name)


@pytest.fixture(scope="session")
async def client(dev_server: WorkflowEnvironment) -> AsyncIterator[Client]:
    """A client of the namespace where a worker runs."""
    store: Any = StoreOfTheTest()
    starter = TemporalRequestStarter(Starter(dev_server.client, Fingerprints(b"f" * 32), store))
    imports = ImportActivities(
        store, starter, under_way=1_000_000, pace=1e6
    )  # the stand-ins never leave the first step
    async with Worker(
        dev_server.client,
        task_queue=names.LOCAL_QUEUE,
        workflows=[*stand_ins.ALL, ImportRequests],
        activities=[imports.start_requests],
        workflow_runner=UnsandboxedWorkflowRunner(),
    ):
        async with asyncio.timeout(limits.WAIT):  # the server learns of a new worker a moment after it began
            while not await server_state.has_pollers(dev_server.client, names.LOCAL_QUEUE):  # noqa: ASYNC110 - no event
                await asyncio.sleep(0.02)
        yield dev_server.client


@pytest.fixture(scope="session")
async def silent(dev_server: WorkflowEnvironment) -> Client:
    """A client of the namespace where no worker ever ran."""
    config = dev_server.client.config()
    config["namespace"] = "silent"
    silent = Client(**config)
    await setup.set_up(silent)
    return silent


@pytest.fixture(scope="session")
def fingerprints() -> Fingerprints:
    return Fingerprints(b"f" * 32)


@pytest.fixture
def store() -> DocumentStore:
    return DocumentStore.from_url("memory://")


@pytest.fixture
def reference() -> str:
    return f"r-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def number() -> str:
    return a_number()


def a_number() -> str:
    """A number that no other test uses."""
    return f"+1512{next(_counter) + 2000000:07d}"


def pdf(text: str = "Letter of authorization", name: str = "loa.pdf", *, pages: int = 1) -> PdfBytes:
    """A PDF with a text on its first page."""
    document = FPDF()
    document.set_font("Helvetica", size=12)
    for page in range(pages):
        document.add_page()
        document.multi_cell(0, 8, "" if page else text)
    return PdfBytes(name, bytes(document.output()))


@pytest.fixture
def starter(client: Client, fingerprints: Fingerprints, store: DocumentStore) -> Starter:
    """Starts requests where a worker runs."""
    return Starter(client, fingerprints, store)


@pytest.fixture
def silent_starter(silent: Client, fingerprints: Fingerprints, store: DocumentStore) -> Starter:
    """Starts requests where no worker ever ran."""
    return Starter(silent, fingerprints, store)


@pytest.fixture
def prepared(reference: str, number: str) -> Prepared:
    """Prepares the request of this test, with other fields where they are given."""

    async def make(**fields: object) -> PreparedRequest:
        default = {"reference": reference, "messaging_profile_id": "profile-1", "phone_numbers": [number]}
        return await prepare(NewRequest(**{**default, **fields}))  # type: ignore[arg-type]  # any field, by its name

    return make


@pytest.fixture
def begin(fingerprints: Fingerprints, store: DocumentStore, prepared: Prepared) -> Begin:
    """Starts the request of this test on a server, with other fields where they are given."""

    async def begin(client: Client, **fields: object) -> StartResult:
        return await Starter(client, fingerprints, store).start(await prepared(**fields))

    return begin
