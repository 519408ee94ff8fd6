"""The Temporal servers: one in real time for the whole suite, and one that skips time for each file."""

import sys
from collections.abc import AsyncIterator, Generator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from runtime import connection
from services import setup
from tests.skipping import patiently
from tests.workflows.stage import SETTINGS
from workflows import search_attributes as attributes

SETTINGS_OF_THE_SERVER = {
    "limit.historyCount.suggestContinueAsNew": 200,
    # Every stage has queues of its own; four parts of each, as is usual, cost a seventh of the server's CPU.
    "matching.numTaskqueueReadPartitions": 1,
    "matching.numTaskqueueWritePartitions": 1,
}
_crashed: set[str] = set()


@pytest.hookimpl(optionalhook=True)
def pytest_handlecrashitem(crashitem: str, report: pytest.TestReport, sched: Any) -> None:
    """Tries a test once more whose interpreter crashed, in native code of a library: seen once in many runs.

    xdist names the test, and faulthandler prints where every thread was. A second crash fails it.
    """
    if crashitem not in _crashed:
        _crashed.add(crashitem)
        sched.mark_test_pending(crashitem)
        # xdist's own word for it, which pytest's type of outcomes does not have.
        report.outcome = "rerun"  # type: ignore[assignment]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    """Coverage goes on after a test that nests too deeply: at the limit of recursion Python ends all tracing."""
    tracer = sys.gettrace()
    try:
        return (yield)
    finally:
        sys.settrace(tracer)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest goes first, so that no process is left with it at the end."""
    items.sort(key=lambda item: item.path.parent.name not in {"workflows", "property"})


def server_binary(name: str) -> str:
    """A Temporal server of the environment that runs the tests."""
    return str(Path(sys.executable).parent / name)


@pytest.fixture(scope="session")
async def live_server() -> AsyncIterator[WorkflowEnvironment]:
    """The dev server, in real time: lists, search attributes, histories."""
    settings = [f"{name}={value}" for name, value in SETTINGS_OF_THE_SERVER.items()]
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=server_binary("temporal"),
        dev_server_extra_args=[word for one in settings for word in ("--dynamic-config-value", one)],
        dev_server_log_level="error",
        data_converter=connection.data_converter(SETTINGS),
    ) as server:
        await setup.set_up(server.client)
        yield server


@pytest.fixture(scope="module")
async def skipping_server() -> AsyncIterator[WorkflowEnvironment]:
    """The test server whose clock skips ahead while a result is awaited; each file has its own clock."""
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=server_binary("temporal-test-server"),
        data_converter=connection.data_converter(SETTINGS),
    ) as server:
        await setup._add(server.client, attributes.ALL)  # it cannot list those that it has
        server.sleep = partial(patiently, server)  # type: ignore[method-assign]
        yield server
