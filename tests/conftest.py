"""The Temporal servers: one in real time for the whole suite, and one for each file that skips time."""

import logging
import sys
from collections.abc import AsyncIterator, Generator, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from temporalio.testing import WorkflowEnvironment

from runtime import connection, proxies
from services import setup
from tests import limits, skipped_time
from tests.descriptions import Descriptions
from tests.workflows.stage import SETTINGS
from workflows import search_attributes as attributes

SETTINGS_OF_THE_SERVER = {
    "limit.historyCount.suggestContinueAsNew": 200,
    # Every stage has its own queues. The usual four partitions of each cost a seventh of the server's CPU.
    "matching.numTaskqueueReadPartitions": 1,
    "matching.numTaskqueueWritePartitions": 1,
}
STARTS_A_SERVER = {"live_server", "skipping_server", "dev_server", "stage", "address"}
"""Fixtures that start a Temporal server or a simulated Telnyx. A test that starts a server or a process in another way
has the marker `server` itself."""
_crashed: set[str] = set()
# No test is timed, and a busy machine may stop for longer than the usual deadline of an example.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")
proxies.keep_loopback_direct()  # the clients of the tests call servers on this machine


@pytest.fixture(autouse=True)
def log_handlers_restored() -> Iterator[None]:
    """A command in this process sends logs its own way, if only with its first line. That ends with its test."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.hookimpl(optionalhook=True)
def pytest_handlecrashitem(crashitem: str, report: pytest.TestReport, sched: Any) -> None:
    """Run a test again whose interpreter crashed in native code of a library, which happens once in many runs.

    xdist names the test, and faulthandler prints where every thread was. A second crash fails the test.
    """
    if crashitem not in _crashed:
        _crashed.add(crashitem)
        sched.mark_test_pending(crashitem)
        # xdist's own outcome, which pytest's type does not have.
        report.outcome = "rerun"  # type: ignore[assignment]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    """Restore the tracer after each test: Python ends all tracing when a test reaches the limit of recursion."""
    tracer = sys.gettrace()
    try:
        return (yield)
    finally:
        sys.settrace(tracer)


@pytest.hookimpl(tryfirst=True)  # before `-m` selects by marker
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a server, limit every test, and put the slowest folders first."""
    for item in items:
        if STARTS_A_SERVER & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.server)
        if item.get_closest_marker("timeout") is None:
            long = item.path.is_relative_to(Path(__file__).parent / "slow")
            item.add_marker(pytest.mark.timeout(limits.LONG_TEST if long else limits.TEST))
    items.sort(key=lambda item: item.path.parent.name not in {"workflows", "property"})


def server_binary(name: str) -> str:
    """The path of a Temporal server in the environment that runs the tests."""
    return str(Path(sys.executable).parent / name)


@pytest.fixture(scope="session")
async def live_server() -> AsyncIterator[WorkflowEnvironment]:
    """The dev server, in real time. It has lists, search attributes and histories."""
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
    """The test server whose clock skips ahead while a result is awaited. Each file has its own clock."""
    descriptions = Descriptions()
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=server_binary("temporal-test-server"),
        data_converter=connection.data_converter(SETTINGS),
        interceptors=[descriptions],
    ) as server:
        descriptions.client = server.client
        await setup._add(server.client, attributes.ALL)  # it cannot list those that it has
        server.sleep = partial(skipped_time.sleep, server)  # type: ignore[method-assign]
        yield server
