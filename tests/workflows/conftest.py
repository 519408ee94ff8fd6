"""The stages of the stories."""

from collections.abc import AsyncIterator

import pytest
from temporalio.testing import WorkflowEnvironment

from adapters.order_holders import TemporalOrderHolders
from tests.workflows.stage import NoHolders, Stage, staged


@pytest.fixture
async def stage(live_server: WorkflowEnvironment) -> AsyncIterator[Stage]:
    """In real time, on the dev server."""
    async with staged(live_server, TemporalOrderHolders(live_server.client)) as stage:
        yield stage


@pytest.fixture
async def skipping(skipping_server: WorkflowEnvironment) -> AsyncIterator[Stage]:
    """On the server whose clock skips ahead while a result is awaited."""
    async with staged(skipping_server, NoHolders(), poll_interval=3600.0) as stage:
        yield stage
