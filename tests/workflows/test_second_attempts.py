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
from workflows import activity_options
from workflows.request import activity_calls
from workflows.request.activity_calls import ActivityCalls
from workflows.request.inbox import Inbox

ONE = "+15125550186"
WORK = RequestCodes(account="acme", order_id="o", known={}, phone_numbers=[ONE])
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
        if self._first in HEARTBEATS:
            activity.heartbeat(*HEARTBEATS[self._first])
            await asyncio.Event().wait()  # a dead worker sends no more heartbeats
        raise ApplicationError("no", next_retry_delay=timedelta(milliseconds=10))


@workflow.defn(name="TwoAttempts")
class TwoAttempts:
    @workflow.run
    async def run(self, work: RequestCodes) -> RequestCodes:
        calls = ActivityCalls("acme", Inbox())
        return await calls.try_once_then_persist(
            Attempts.attempt, work, activity_options.READ, "try", in_trouble=lambda: None
        )


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
    workflows = Worker(client, task_queue=queue, workflows=[TwoAttempts], workflow_runner=UnsandboxedWorkflowRunner())
    async with workflows, Worker(client, task_queue=f"{queue}-telnyx", activities=[Attempts(first).attempt]):
        seen = await client.execute_workflow(TwoAttempts.run, WORK, id=f"two-{queue}", task_queue=queue)
    assert seen == given
