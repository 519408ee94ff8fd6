"""The stages of the stories, see stage.py. A mark `settings(...)` changes settings of their workers."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from adapters.order_holders import TemporalOrderHolders
from tests.workflows.stage import NoHolders, Stage, staged


def _changes(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The settings that the marks of a test name. The mark of the test itself goes before that of its file."""
    marks = reversed(list(request.node.iter_markers("settings")))
    return {name: value for mark in marks for name, value in mark.kwargs.items()}


@pytest.fixture
async def stage(live_server: WorkflowEnvironment, request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """In real time, on the dev server."""
    async with staged(live_server, TemporalOrderHolders(live_server.client), **_changes(request)) as stage:
        yield stage


@pytest.fixture
async def skipping(skipping_server: WorkflowEnvironment, request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """On the server whose clock skips ahead while a result is awaited. Orders are polled once an hour."""
    async with staged(skipping_server, NoHolders(), **{"poll_interval": 3600.0, **_changes(request)}) as stage:
        yield stage
