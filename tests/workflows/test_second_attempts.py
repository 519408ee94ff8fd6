"""The second attempt of an activity knows what the first may have done, however the first ended."""

import asyncio
import dataclasses
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from temporalio import activity, workflow
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from domain.activity_io import CodeHistory, RequestCodes
from domain.heartbeats import outage_note
from domain.messages import HostingRequest
from workflows import activity_options
from workflows.request import activity_calls
from workflows.request.activity_calls import ActivityCalls
from workflows.request.inbox import Inbox

ONE = "+15125550186"
WORK = RequestCodes(account="acme", order_id="o", known={}, phone_numbers=[ONE])
GIVEN = HostingRequest(reference="r", messaging_profile_id="p", phone_numbers=[], account="acme")
LEFT = WORK.model_copy(update={"earlier": {ONE: CodeHistory(times=1, last=datetime(2026, 11, 2, tzinfo=UTC))}})
OUTAGE = outage_note(datetime(2026, 11, 29, 2, 4, 43, tzinfo=UTC))
HEARTBEATS: dict[str, list[object]] = {
    "dies": [LEFT],
    "dies in an outage": [LEFT, OUTAGE],
    "dies with a note of an outage alone": [OUTAGE],
}


class Attempts:
    """An activity whose first attempt ends badly, and whose second returns its input."""

    def __init__(self, first: str) -> None:
        self._first = first
        self._count = 0

    @activity.defn(name="try")
    async def attempt(self, work: RequestCodes) -> RequestCodes:
        self._count += 1
        if self._count > 1:
            return work
        if self._first == "hangs":
            await asyncio.Event().wait()
        if self._first in HEARTBEATS:
            activity.heartbeat(*HEARTBEATS[self._first])
            await asyncio.Event().wait()  # a dead worker sends no more heartbeats
        raise ApplicationError("no", next_retry_delay=timedelta(milliseconds=10))


@workflow.defn(name="TwoAttempts")
class TwoAttempts:
    @workflow.run
    async def run(self, work: RequestCodes) -> RequestCodes:
        calls = ActivityCalls(GIVEN, Inbox(), on_cancel=lambda: None)
        return await calls.try_once_then_persist(
            Attempts.attempt, work, activity_options.PERSISTENT, "try", in_trouble=lambda: None
        )


@workflow.defn(name="TryLocally")
class TryLocally:
    @workflow.run
    async def run(self, work: RequestCodes) -> RequestCodes:
        calls = ActivityCalls(GIVEN, Inbox(), on_cancel=lambda: None)
        return await calls.try_once_then_persist(
            Attempts.attempt, work, activity_options.READ, "try", in_trouble=lambda: None
        )


@pytest.mark.parametrize("first", ["fails", "hangs"])
async def test_a_try_within_the_workflow_task_that_comes_to_nothing_is_followed_by_a_call(
    live_server: WorkflowEnvironment, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    quick = activity_options.LOCAL_TRY | {"schedule_to_close_timeout": timedelta(seconds=1)}
    monkeypatch.setattr(activity_calls, "LOCAL_TRY", quick)
    queue, client, id_ = f"q-{uuid.uuid4().hex[:10]}", live_server.client, f"local-{uuid.uuid4().hex}"
    async with Worker(
        client,
        task_queue=queue,
        workflows=[TryLocally],
        activities=[Attempts(first).attempt],
        workflow_runner=UnsandboxedWorkflowRunner(),
    ):
        assert await client.execute_workflow(TryLocally.run, WORK, id=id_, task_queue=queue) == WORK
    events = [one async for one in client.get_workflow_handle(id_).fetch_history_events()]
    kinds = [one.WhichOneof("attributes") for one in events]
    local, call = "marker_recorded_event_attributes", "activity_task_scheduled_event_attributes"
    assert [kind for kind in kinds if kind in {local, call}] == [local, call]


@pytest.mark.parametrize(
    ("first", "given"),
    [("fails", WORK), ("dies", LEFT), ("dies in an outage", LEFT), ("dies with a note of an outage alone", WORK)],
)
async def test_the_second_attempt_is_given_what_the_first_left(
    live_server: WorkflowEnvironment, monkeypatch: pytest.MonkeyPatch, first: str, given: RequestCodes
) -> None:
    quick = dataclasses.replace(activity_options.PROMPT, heartbeat=timedelta(seconds=1))
    monkeypatch.setattr(activity_calls, "PROMPT", quick)
    queue, client = f"q-{uuid.uuid4().hex[:10]}", live_server.client
    async with Worker(
        client,
        task_queue=queue,
        workflows=[TwoAttempts],
        activities=[Attempts(first).attempt],
        workflow_runner=UnsandboxedWorkflowRunner(),
    ):
        seen = await client.execute_workflow(TwoAttempts.run, WORK, id=f"two-{queue}", task_queue=queue)
    assert seen == given
