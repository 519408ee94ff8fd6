"""Temporal refuses to start a delivery, or its answer is lost: people are notified anyway, and once."""

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.testing import WorkflowEnvironment

from adapters.order_holders import TemporalOrderHolders
from tests.workflows.busy_server import busy
from tests.workflows.receivers import Receiver, channels_file, receiving, webhook
from tests.workflows.stage import Stage, staged
from tests.workflows.test_losing_numbers import a_number, alerted, approval_request, hosted, listed

CHILD = EventType.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED
Notified = tuple[Stage, Receiver]


@pytest.fixture(params=[False, True], ids=["refused", "answer lost"])
async def notified(
    request: pytest.FixtureRequest, live_server: WorkflowEnvironment, tmp_path: Path
) -> AsyncIterator[Notified]:
    """A stage on such a server, and the receiver of its notifications."""
    server = busy(live_server, starts=request.param)
    async with receiving() as receiver:
        path = channels_file(tmp_path, webhook(receiver))
        async with staged(server, TemporalOrderHolders(server.client), channels=path) as stage:
            yield stage, receiver


async def test_an_ask_and_an_end_are_notified_once(notified: Notified) -> None:
    stage, receiver = notified
    story = await stage.request(number := a_number())
    await story.until_asked("codes")
    asked = await receiver.until_notified("ask_opened")
    await story.completes(number)
    await receiver.until_notified("request_ended")
    events = Counter(event.event_type for event in (await story.handle.fetch_history()).events)
    assert asked.proven()["data"]["deadline"] is not None
    assert _events(receiver) == {"ask_opened": 1, "request_ended": 1}
    assert events[CHILD] == 2


async def test_the_owner_of_a_number_that_may_be_lost_is_alerted_once(notified: Notified) -> None:
    stage, receiver = notified
    await hosted(stage, number := a_number())
    asked = approval_request(number)
    await listed(stage, asked)
    assert await alerted(stage, asked) == 1
    await receiver.until_notified("transfer_approval_requested")
    assert _events(receiver)["transfer_approval_requested"] == 1


async def test_a_refused_account_is_notified_once(notified: Notified) -> None:
    stage, receiver = notified
    await stage.refuse_account()
    story = await stage.request(a_number())
    await story.until_asked("account")
    await receiver.until_notified("account_stopped")
    await story.cancel()
    await story.ends("cancelled")
    assert _events(receiver)["account_stopped"] == 1


def _events(receiver: Receiver) -> Counter[str]:
    return Counter(post.json["type"] for post in receiver.posts)
