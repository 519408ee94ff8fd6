"""What a first try may have done is told to the second, however the first ended."""

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

SILENCE = outage_note(datetime(2026, 11, 29, 2, 4, 43, tzinfo=UTC))


class Tries:
    """The tries of one piece of work."""

    def __init__(self, how: str) -> None:
        self._how = how
        self._count = 0

    @activity.defn(name="try")
    async def attempt(self, work: RequestCodes) -> RequestCodes:
        self._count += 1
        if self._count > 1:
            return work
        if self._how.startswith("dies"):
            beats: dict[str, list[object]] = {
                "dies in a silence": [LEFT, SILENCE],
                "dies, and left a silence": [SILENCE],
            }
            activity.heartbeat(*beats.get(self._how, [LEFT]))
            await asyncio.Event().wait()  # a dead worker beats no more
        raise ApplicationError("no", next_retry_delay=timedelta(milliseconds=10))


@workflow.defn(name="TwoTries")
class TwoTries:
    """Has work done promptly."""

    @workflow.run
    async def run(self, work: RequestCodes) -> RequestCodes:
        done = ActivityCalls("acme", Inbox()).try_once_then_persist(
            Tries.attempt, work, activity_options.READ, "try", in_trouble=lambda: None
        )
        return await done


@pytest.mark.parametrize(
    ("how", "given"),
    [
        ("fails", WORK),
        ("dies", LEFT),
        ("dies in a silence", LEFT),
        ("dies, and left a silence", WORK),
    ],
)
async def test_the_second_try_is_given_what_the_first_left(
    live_server: WorkflowEnvironment, monkeypatch: pytest.MonkeyPatch, how: str, given: RequestCodes
) -> None:
    monkeypatch.setattr(
        activity_calls, "PROMPT", dataclasses.replace(activity_options.PROMPT, heartbeat=timedelta(seconds=1))
    )
    queue, client = f"q-{uuid.uuid4().hex[:10]}", live_server.client
    workflows = Worker(client, task_queue=queue, workflows=[TwoTries], workflow_runner=UnsandboxedWorkflowRunner())
    async with workflows, Worker(client, task_queue=f"{queue}-telnyx", activities=[Tries(how).attempt]):
        seen = await client.execute_workflow(TwoTries.run, WORK, id=f"two-{queue}", task_queue=queue)
    assert seen == given
