"""Who takes over the process for webhooks has its key and its access to Temporal, and sends no more than it does.

A process for webhooks has the key `w1` alone. The clients here also have that of the workers, but only to read what
fails: all that they send is sealed under `w1`, as the SDK of that process would seal it.
"""

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest, RespondActivityTaskCompletedByIdRequest
from temporalio.client import Client, WorkflowFailureError, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from domain.activity_io import DeleteOrder
from domain.checks import WorkerProbe
from domain.messages import Cancel, Code, Document, HostingRequest, SubmitCodes, TelnyxNews
from domain.transfers import ApprovalRequest, alert_workflow_id
from inbound.running_requests import RunningRequests
from runtime.fingerprints import Fingerprints
from runtime.watch_polls import SIGNAL
from services.updates import UPDATES
from tests.workflows.attackers import keys_of, raw, sealed, sealed_as_before, with_keys, without_keys
from tests.workflows.failed_tasks import failed_tasks
from tests.workflows.stage import SETTINGS, Stage
from tests.workflows.story import Story, states
from tests.workflows.test_left_out import restart
from tests.workflows.test_sealed_activities import call, watch_id
from tests.workflows.test_sealed_messages import _type, refused
from tests.workflows.waiting import until
from workflows.registry import WORKFLOWS

ONE, TWO = "+15125550391", "+15125550392"
THEIRS = {"AlertOfTransfer", "ProbeWorker"}
"""What the webhooks start. `ForgetDocuments` takes no input."""


@pytest.fixture
async def waiting(stage: Stage) -> Story:
    """A request that waits for a code, at workers that know whose key `w1` is."""
    await restart(stage, keys=keys_of("test", "w1"), webhook_keys="w1")
    story = await stage.request(ONE)
    await story.until_asked("codes")
    return story


def taken_over(stage: Stage) -> Client:
    return with_keys(stage.client, keys_of("w1", "test"))


async def codes(stage: Stage, number: str) -> SubmitCodes:
    return SubmitCodes(codes=[Code(phone_number=number, code=await stage.code(number))], by="mallory")


async def test_no_command_is_obeyed_under_the_key_of_the_webhooks(
    stage: Stage, waiting: Story, subtests: pytest.Subtests
) -> None:
    client, id_ = taken_over(stage), waiting.handle.id
    with subtests.test("updates"):
        for message in (Cancel(by="mallory"), await codes(stage, ONE)):
            with pytest.raises(WorkflowUpdateFailedError) as caught:
                await client.get_workflow_handle(id_).execute_update(UPDATES[type(message)], message)
            assert isinstance(caught.value.cause, ApplicationError)
            assert caught.value.cause.type == "Refused"
        assert refused(stage, "update", id_) == ["other_door"] * 2

    with subtests.test("signals"):
        code = await codes(stage, ONE)
        unbound = await sealed_as_before(client, code)
        for signal in ("codes", "made-up"):
            await client.get_workflow_handle(id_).signal(signal, code)
            await without_keys(client).get_workflow_handle(id_).signal(signal, args=raw(unbound))
        await until(waiting.look, lambda _: refused(stage, "signal", id_) == ["other_door"] * 4, 0.2)
        assert "under the key w1 of the webhooks was left out" in (await waiting.look()).events[-1].what

    with subtests.test("starts"):
        given = HostingRequest(reference="evil", messaging_profile_id="p", phone_numbers=[TWO], account=stage.account)
        for kind in {_type(one) for one in WORKFLOWS} - THEIRS - {"ForgetDocuments"}:
            began = await client.start_workflow(
                kind, given, id=f"hosting-evil-{stage.account}-{kind}", task_queue=stage.queue
            )
            with pytest.raises(WorkflowFailureError) as failed:
                await began.result()
            assert isinstance(failed.value.cause, ApplicationError)
            assert (failed.value.cause.type, refused(stage, "start", began.id)) == ("Refused", ["other_door"])

    with subtests.test("activities"):
        order_id = await stage.the_order(ONE)
        failure = await call(stage, client, DeleteOrder(account=stage.account, order_id=order_id, known={}, ours=[ONE]))
        assert (failure.type, failure.non_retryable) == ("Refused", False)
        [line] = [line for line in stage.logs if line.get("kind") == "input"]
        assert (line["name"], line["reason"], line["key_id"]) == ("delete_order", "other_door", "w1")
        assert not await stage.calls("DELETE", order_id)

    await waiting.completes(ONE)
    assert await failed_tasks(waiting.handle) == []


async def test_a_result_under_the_key_of_the_webhooks_is_not_used(stage: Stage, waiting: Story) -> None:
    """The request waits, as for a key that no one has. A reset to before the result heals it."""
    id_ = await until(lambda: watch_id(waiting))
    before = [event.event_id async for event in waiting.handle.fetch_history_events() if _ends_task(event)][-1]
    watch = RespondActivityTaskCompletedByIdRequest(
        namespace=stage.client.namespace, workflow_id=waiting.handle.id, activity_id=id_
    )
    watch.result.payloads.append(await sealed(taken_over(stage), {"next": "stop"}, waiting.handle.id))
    await stage.client.workflow_service.respond_activity_task_completed_by_id(watch)
    await until(waiting.handle.describe, lambda _: refused(stage, "result", waiting.handle.id))
    assert set(refused(stage, "result", waiting.handle.id)) == {"other_door"}
    assert not await stage.calls("DELETE", await stage.the_order(ONE))
    await stage.client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace=stage.client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=waiting.handle.id),
            workflow_task_finish_event_id=before,
            request_id=uuid.uuid4().hex,
            reason="a result that is not ours",
        )
    )
    await waiting.newest_run().completes(ONE)


async def test_what_the_webhooks_send_is_heard(stage: Stage, waiting: Story, subtests: pytest.Subtests) -> None:
    only = with_keys(stage.client, keys_of("w1"))
    requests, event = RunningRequests(only, Fingerprints.from_settings(SETTINGS), stage.queue), uuid.uuid4().hex
    with subtests.test("an alert"):
        await requests.start_alert(
            ApprovalRequest(
                event_id=event, account=stage.account, order_id="o-1", phone_numbers=[TWO], deadline=datetime.now(UTC)
            )
        )
        await stage.client.get_workflow_handle(alert_workflow_id(stage.account, event)).result()

    with subtests.test("the question whether the key is known"):
        probe = WorkerProbe(reference="probe", document=Document(sha256="0" * 64, size=0, name="probe"), text="")
        id_ = f"probe-{event}"
        await only.start_workflow("ProbeWorker", probe, id=id_, task_queue=stage.queue)
        await stage.client.get_workflow_handle(id_).result()

    with subtests.test("what they would have to seal otherwise"):
        stranger, news = without_keys(only).get_workflow_handle(waiting.handle.id), TelnyxNews(event_id="e")
        for payload in (
            await sealed_as_before(only, news),
            await sealed(only, news, "hosting-another"),
            await sealed(only, Cancel(by="mallory"), waiting.handle.id),
        ):
            await stranger.signal(SIGNAL, args=raw(payload))
        reasons = ["unbound", "foreign", "other_message"]
        await until(waiting.look, lambda _: refused(stage, "signal", waiting.handle.id) == reasons, 0.2)

    with subtests.test("a hint"):
        said = {"account": stage.account, "order_id": await stage.the_order(ONE), "verified": [ONE]}
        await only.get_workflow_handle(waiting.handle.id).signal(SIGNAL, TelnyxNews(event_id="e", **said))
        await waiting.until(lambda progress: states(progress)[ONE] == "verified")

    assert await failed_tasks(waiting.handle) == []


async def test_a_replay_takes_what_was_taken_and_leaves_out_what_was_left_out(stage: Stage) -> None:
    """A start, signals and results under `w1`, from when it was the key of all."""
    stage.client = taken_over(stage)
    await restart(stage, keys=keys_of("w1", "test"))
    story = await stage.request(ONE, TWO)
    await story.until_asked("codes")
    await story.handle.signal("codes", await codes(stage, ONE))
    await story.until(lambda progress: states(progress)[ONE] == "verified")

    await restart(stage, keys=keys_of("test", "w1"), webhook_keys="w1")
    assert states(await story.look()) == {ONE: "verified", TWO: "unverified"}
    await story.handle.signal("codes", await codes(stage, TWO))
    await until(story.look, lambda _: refused(stage, "signal", story.handle.id) == ["other_door"], 0.2)

    await restart(stage, webhook_keys="")
    stage.client = with_keys(stage.client, keys_of("test", "w1"))
    assert states(await story.look()) == {ONE: "verified", TWO: "unverified"}
    await story.codes(TWO)
    await story.ends("active")
    assert await failed_tasks(story.handle) == []


def _ends_task(event: Any) -> bool:
    return bool(event.HasField("workflow_task_completed_event_attributes"))
