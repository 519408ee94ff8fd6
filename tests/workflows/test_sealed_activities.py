"""A workflow of strangers cannot have our activities act, and a result of strangers is no result."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from temporalio import workflow
from temporalio.api.workflowservice.v1 import RespondActivityTaskCompletedByIdRequest
from temporalio.client import Client, WorkflowFailureError
from temporalio.common import RawValue, RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from domain.activity_io import DeleteOrder
from domain.names import telnyx_queue
from tests.workflows.attackers import ODD, raw, sealed, sealed_as_before, without_keys
from tests.workflows.failed_tasks import failed_tasks
from tests.workflows.stage import Stage
from tests.workflows.story import Story
from tests.workflows.waiting import until

ONE = "+15125550381"


@workflow.defn(name="HostNumbers")
class Stranger:
    """Calls an activity of ours, under the name of our workflow."""

    @workflow.run
    async def run(self, given: RawValue) -> None:
        queue = workflow.info().task_queue.removeprefix("stranger-")
        await workflow.execute_activity(
            "delete_order",
            given,
            task_queue=telnyx_queue(queue),
            start_to_close_timeout=timedelta(seconds=5),
            retry_policy=RetryPolicy(maximum_attempts=1),
        )


async def call(stage: Stage, client: Client, *payloads: Any) -> ApplicationError:
    """How the call of `delete_order` by a stranger fails."""
    queue = f"stranger-{stage.queue}"
    async with Worker(client, task_queue=queue, workflows=[Stranger], workflow_runner=UnsandboxedWorkflowRunner()):
        handle = await client.start_workflow(
            Stranger.run, args=list(payloads), id=f"stranger-{uuid.uuid4().hex}", task_queue=queue
        )
        with pytest.raises(WorkflowFailureError) as caught:
            await handle.result()
    assert isinstance(caught.value.cause, ActivityError)
    assert isinstance(caught.value.cause.cause, ApplicationError)
    return caught.value.cause.cause


@pytest.fixture
async def reviewed(stage: Stage) -> Story:
    """A request whose order is at Telnyx."""
    story = await stage.request(ONE)
    await story.until_asked("codes")
    return story


async def test_no_activity_acts_for_a_workflow_of_strangers(stage: Stage, reviewed: Story) -> None:
    order_id, stranger = await stage.the_order(ONE), without_keys(stage.client)
    order = DeleteOrder(account=stage.account, order_id=order_id, known={}, ours=[ONE])
    tried = {
        "plain": await sealed(stranger, order),
        "unbound": await sealed_as_before(stage.client, order),
        "foreign": await sealed(stage.client, order, reviewed.handle.id),
    }
    for reason, payload in tried.items():
        failure = await call(stage, stranger, *raw(payload))
        assert failure.type == "Refused"
        assert failure.non_retryable == (reason == "foreign")
        [line] = [line for line in stage.logs if line["event"] == "payload_refused"][-1:]
        assert (line["kind"], line["name"], line["workflow_type"]) == ("input", "delete_order", "HostNumbers")
        assert (line["reason"], line["workflow_id"][:9]) == (reason, "stranger-")
    # The stranger's own SDK cannot read what claims to lie in a storage.
    for payload in [payload for name, payload in ODD.items() if "storage" not in name]:
        assert (await call(stage, stranger, *raw(payload))).type == "Refused"
    alone = await stranger.start_activity(
        "delete_order",
        RawValue(tried["foreign"]),
        id=f"alone-{uuid.uuid4().hex}",
        task_queue=telnyx_queue(stage.queue),
        start_to_close_timeout=timedelta(seconds=5),
        retry_policy=RetryPolicy(maximum_attempts=1),
    )
    with pytest.raises(Exception, match="failed"):
        await alone.result()
    assert not await stage.calls("DELETE", order_id)
    await reviewed.completes(ONE)


async def test_a_result_of_strangers_is_no_result(stage: Stage, reviewed: Story) -> None:
    handle, stranger = reviewed.handle, without_keys(stage.client)
    tried = [await sealed(stranger, {"next": "stop"}), await sealed(stage.client, {"next": "stop"}, "hosting-other")]
    for payload in tried:
        watch = await until(lambda: watch_id(reviewed))
        result = RespondActivityTaskCompletedByIdRequest(
            namespace=stage.client.namespace, workflow_id=handle.id, activity_id=watch
        )
        result.result.payloads.append(payload)
        await stage.client.workflow_service.respond_activity_task_completed_by_id(result)
        await until(lambda: watch_id(reviewed), lambda id_, watch=watch: id_ not in {"", watch})  # type: ignore[misc]
    assert [line["reason"] for line in stage.logs if line.get("kind") == "result"] == ["plain", "foreign"]
    await reviewed.completes(ONE)
    assert await failed_tasks(handle) == []


async def watch_id(story: Story) -> str:
    """The id of the activity that watches the order; empty when none is pending."""
    pending = (await story.handle.describe()).raw_description.pending_activities
    return next((one.activity_id for one in pending if one.activity_type.name == "watch_order"), "")
