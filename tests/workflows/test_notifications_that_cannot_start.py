"""Temporal takes no start of a delivery, or its answer is lost: people are told all the same, and once."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.testing import WorkflowEnvironment

from adapters.order_holders import TemporalOrderHolders
from tests.workflows.busy_front import busy
from tests.workflows.receivers import Receiver, channels_file, receiving, webhook
from tests.workflows.stage import staged
from tests.workflows.test_losing_numbers import a_number, alerted, asked_for, hosted, listed

CHILD = EventType.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED


@pytest.fixture(params=[False, True], ids=["refused", "answer lost"])
def server(request: pytest.FixtureRequest, live_server: WorkflowEnvironment) -> Any:
    return busy(live_server, takes_it=request.param)


async def test_an_ask_and_an_end_are_told_once(server: Any, tmp_path: Path) -> None:
    async with receiving() as receiver:
        holders, path = TemporalOrderHolders(server.client), channels_file(tmp_path, webhook(receiver))
        async with staged(server, holders, channels=path) as stage:
            story = await stage.request(number := a_number())
            await story.until_asked("codes")
            asked = await receiver.until_told("ask_opened")
            await story.codes(number)
            await story.ends("active")
            await receiver.until_told("request_ended")
            events = Counter(event.event_type for event in (await story.handle.fetch_history()).events)
    assert asked.proven()["data"]["deadline"] is not None
    assert _told(receiver) == {"ask_opened": 1, "request_ended": 1}
    assert events[CHILD] == 2


async def test_whoever_may_lose_a_number_is_alerted_once(server: Any, tmp_path: Path) -> None:
    async with receiving() as receiver:
        holders, path = TemporalOrderHolders(server.client), channels_file(tmp_path, webhook(receiver))
        async with staged(server, holders, channels=path) as stage:
            await hosted(stage, number := a_number())
            wanted = asked_for(number)
            await listed(stage, wanted)
            assert await alerted(stage, wanted) == 1
            await receiver.until_told("transfer_approval_requested")
    assert _told(receiver)["transfer_approval_requested"] == 1


async def test_a_refused_account_is_told_once(server: Any, tmp_path: Path) -> None:
    async with receiving() as receiver:
        holders, path = TemporalOrderHolders(server.client), channels_file(tmp_path, webhook(receiver))
        async with staged(server, holders, channels=path) as stage:
            await stage.faults(rate=1, kinds=["401"], seed=1)
            story = await stage.request(a_number())
            await story.until_asked("account")
            await receiver.until_told("account_stopped")
            await story.cancel()
            await story.ends("cancelled")
    assert _told(receiver)["account_stopped"] == 1


def _told(receiver: Receiver) -> Counter[str]:
    return Counter(post.json["type"] for post in receiver.posts)
