"""Temporal takes no start of a delivery, or its answer is lost: people are told all the same, and once."""

from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, Interceptor, OutboundInterceptor, StartWorkflowInput, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment

from domain.names import NEWS_WORKFLOW_TYPE
from support.holders import RunningHolders
from tests.workflows.receivers import Receiver, channels_file, receiving, webhook
from tests.workflows.stage import staged
from tests.workflows.test_losing_numbers import a_number, alerted, asked_for, hosted, listed

CHILD = EventType.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED


class Busy(Interceptor):
    """A server whose front takes no delivery of news, or takes it and loses the answer."""

    def __init__(self, *, takes_it: bool) -> None:
        self.takes_it = takes_it

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:  # noqa: A002 - the SDK's name
        return _Front(next, takes_it=self.takes_it)


class _Front(OutboundInterceptor):
    def __init__(self, further: OutboundInterceptor, *, takes_it: bool) -> None:
        super().__init__(further)
        self._takes_it = takes_it

    async def start_workflow(self, input: StartWorkflowInput) -> WorkflowHandle[Any, Any]:  # noqa: A002 - as above
        if input.workflow != NEWS_WORKFLOW_TYPE:
            return await super().start_workflow(input)
        if self._takes_it:
            await super().start_workflow(input)
        raise RPCError("namespace rate limit exceeded", RPCStatusCode.RESOURCE_EXHAUSTED, b"")


def _busy(server: WorkflowEnvironment, *, takes_it: bool) -> Any:
    config = server.client.config()
    config["interceptors"] = [Busy(takes_it=takes_it)]
    return SimpleNamespace(client=Client(**config))


@pytest.fixture(params=[False, True], ids=["refused", "answer lost"])
def server(request: pytest.FixtureRequest, live_server: WorkflowEnvironment) -> Any:
    return _busy(live_server, takes_it=request.param)


async def test_an_ask_and_an_end_are_told_once(server: Any, tmp_path: Path) -> None:
    async with receiving() as receiver:
        holders, path = RunningHolders(server.client), channels_file(tmp_path, webhook(receiver))
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
        holders, path = RunningHolders(server.client), channels_file(tmp_path, webhook(receiver))
        async with staged(server, holders, channels=path) as stage:
            await hosted(stage, number := a_number())
            wanted = asked_for(number)
            await listed(stage, wanted)
            assert await alerted(stage, wanted) == 1
            await receiver.until_told("transfer_approval_requested")
    assert _told(receiver)["transfer_approval_requested"] == 1


async def test_a_refused_account_is_told_once(server: Any, tmp_path: Path) -> None:
    async with receiving() as receiver:
        holders, path = RunningHolders(server.client), channels_file(tmp_path, webhook(receiver))
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
