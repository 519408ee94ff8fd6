"""Another account wants numbers: the right requests are found among running and closed ones, and Telnyx is answered."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.client import WorkflowFailureError, WorkflowHandle
from temporalio.exceptions import CancelledError
from temporalio.worker import Worker

from adapters.losing_requests import LosingRequests
from domain.transfers import (
    ALERT_WORKFLOW,
    ANSWER_WORKFLOW,
    AnswerTransferRequest,
    ApprovalRequest,
    TransferAlertResult,
    TransferOutcome,
    TransferResult,
    alert_workflow_id,
)
from runtime.fingerprints import Fingerprints
from tests.workflows.stage import SETTINGS, Stage
from tests.workflows.story import Story, states
from tests.workflows.waiting import until
from workflows.transfers import AnswerTransfer

NEVER_DECIDED = "+15005553018"


def a_number() -> str:
    """A number that no other story on this server uses."""
    return f"+121356{uuid.uuid4().int % 10**5:05}"


def approval_request(*numbers: str, order_id: str = "") -> ApprovalRequest:
    return ApprovalRequest(
        event_id=uuid.uuid4().hex,
        account="default",
        order_id=order_id or str(uuid.uuid4()),
        phone_numbers=list(numbers),
        deadline=datetime.now(UTC) + timedelta(hours=72),
    )


async def alerted(stage: Stage, asked: ApprovalRequest) -> int:
    """How many requests are alerted of an approval request."""
    report: TransferAlertResult = await stage.client.execute_workflow(
        ALERT_WORKFLOW,
        asked,
        id=alert_workflow_id(asked.account, asked.event_id),
        task_queue=stage.queue,
        result_type=TransferAlertResult,
    )
    return report.requests


async def losing(stage: Stage, asked: ApprovalRequest) -> list[tuple[str, list[str]]]:
    found = await LosingRequests(stage.client, Fingerprints.from_settings(SETTINGS)).find_losing(asked)
    return [(one.reference, one.phone_numbers) for one in found]


async def listed(stage: Stage, asked: ApprovalRequest) -> list[tuple[str, list[str]]]:
    """The same, once the server's lists know the request."""
    return await until(lambda: losing(stage, asked), every=0.05)


async def hosted(stage: Stage, number: str) -> Story:
    story = await stage.request(number)
    await story.completes(number)
    return story


async def test_a_request_that_ended_is_alerted_of_its_active_number_alone(stage: Stage) -> None:
    number = a_number()
    story = await hosted(stage, number)
    assert await listed(stage, approval_request(number, a_number())) == [(story.reference, [number])]
    assert await alerted(stage, approval_request(number)) == 1


async def test_a_running_request_is_alerted_of_what_is_active_in_it(stage: Stage) -> None:
    ours, other = a_number(), a_number()
    story = await stage.in_review(ours, other)
    await stage.set_status(ours, "provisioning", {ours: "successful"})
    await story.until(lambda progress: states(progress)[ours] == "active")
    assert await listed(stage, approval_request(ours)) == [(story.reference, [ours])]
    await stage.approve(other)
    await story.ends("active")


async def test_the_account_that_wants_the_number_is_not_alerted_of_its_own_order(stage: Stage) -> None:
    number = a_number()
    closed = await hosted(stage, number)
    assert await listed(stage, approval_request(number)) == [(closed.reference, [number])]
    # Hosted elsewhere in the meantime, and now wanted back: the old request must not be alerted.
    await stage.set_number(number, in_inventory=False)
    again = await stage.request(number)
    await again.until_asked("codes")
    order_id = str((await stage.orders(number))[-1]["id"])
    assert await losing(stage, approval_request(number, order_id=order_id)) == []
    assert await losing(stage, approval_request(number)) == [], "nor while the order is only on its way"
    with_others = approval_request(number, a_number())
    assert await losing(stage, with_others) == [(closed.reference, [number])], "its order names no number of others"


async def test_a_number_that_never_became_active_cannot_be_lost(stage: Stage) -> None:
    number = a_number()
    story = await stage.request(number)
    await story.until_asked("codes")
    await story.cancel()
    await story.ends("cancelled")
    assert await alerted(stage, approval_request(number)) == 0


async def test_the_worker_answers_telnyx_and_the_token_is_nowhere_in_plain_text(stage: Stage) -> None:
    story = await stage.request(NEVER_DECIDED, options={"internal_transfer": True})
    await story.until_asked("transfer")
    [order] = await stage.orders(NEVER_DECIDED)
    token = order["transfer"]["token"]
    request = AnswerTransferRequest(account=stage.account, order_id=order["id"], decision="reject", token=token)
    handle = await stage.client.start_workflow(
        ANSWER_WORKFLOW, request, id=f"a-{uuid.uuid4()}", task_queue=stage.queue, result_type=TransferResult
    )
    assert (await handle.result()).outcome is TransferOutcome.DONE
    assert token not in str((await handle.fetch_history()).events)
    await story.until_asked("support")
    assert states(await story.look()) == {NEVER_DECIDED: "failed"}


async def _answer_without_activities(stage: Stage) -> WorkflowHandle[AnswerTransfer, TransferResult]:
    """An answer that never reaches Telnyx, since only its workflow has a worker."""
    request = AnswerTransferRequest(account=stage.account, order_id="order-9", decision="reject", token="t")
    return await stage.client.start_workflow(
        AnswerTransfer.run, request, id=f"a-{uuid.uuid4()}", task_queue=stage.queue
    )


async def test_the_outcome_of_an_answer_that_no_worker_confirms_is_unknown(skipping: Stage) -> None:
    await skipping.workers.stop()
    async with Worker(skipping.client, task_queue=skipping.queue, workflows=[AnswerTransfer]):
        result = await (await _answer_without_activities(skipping)).result()
    assert result.outcome is TransferOutcome.UNKNOWN
    assert "order-9" in result.sentence


async def test_an_answer_that_is_cancelled_is_cancelled_and_not_of_unknown_outcome(skipping: Stage) -> None:
    await skipping.workers.stop()
    async with Worker(skipping.client, task_queue=skipping.queue, workflows=[AnswerTransfer]):
        handle = await _answer_without_activities(skipping)
        await handle.cancel()
        with pytest.raises(WorkflowFailureError) as ended:
            await handle.result()
    assert isinstance(ended.value.cause, CancelledError)
