"""A webhook's hint counts also when it comes right after a look, though nobody polls for half a minute."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from temporalio.testing import WorkflowEnvironment

from adapters.order_holders import TemporalOrderHolders
from domain.messages import TelnyxNews
from tests.workflows.stage import PATIENCE, Stage, staged

ONE = "+12125550101"


@pytest.fixture
async def rarely(live_server: WorkflowEnvironment) -> AsyncIterator[Stage]:
    """A stage on which an order is looked at once, and then only after 30 seconds: later than anybody waits here."""
    async with staged(live_server, TemporalOrderHolders(live_server.client), poll_interval=3600.0) as stage:
        yield stage


async def test_a_hint_that_comes_right_after_a_look_is_not_lost(rarely: Stage) -> None:
    story = await rarely.request(ONE)
    await story.until_asked("codes")
    order_id = await rarely.the_order(ONE)
    before = await rarely.calls("GET", order_id)
    await story.handle.signal("telnyx_news", TelnyxNews(event_id="e-1"))
    async with asyncio.timeout(PATIENCE):
        while await rarely.calls("GET", order_id) == before:  # noqa: ASYNC110 - HTTP has no event to wait for
            await asyncio.sleep(0.02)
    await rarely.act(ONE, order="deleted", numbers={ONE: "deleted"})
    await story.handle.signal("telnyx_news", TelnyxNews(event_id="e-2"))
    await story.ends("not_active")
