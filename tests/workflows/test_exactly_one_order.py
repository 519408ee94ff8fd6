"""There is one order per round, also when the answer of the call that places it is lost, late or an error."""

from typing import Any

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest

from domain.messages import AnswerAsk
from tests.workflows.stage import Stage
from tests.workflows.story import Story, row_of, states

ONE, TWO = "+15125550141", "+15125550142"
LOST_ANSWER = {"kinds": ["timeout_after_commit"], "calls": ["create"], "times": 1, "delay": 0.2}
FAULTS: dict[str, dict[str, Any]] = {
    "it commits and never answers": {"kinds": ["timeout_after_commit"], "calls": ["create"], "delay": 0.3},
    "it commits after the client gave up": {"kinds": ["late_commit"], "calls": ["create"], "delay": 0.5},
    "the connection is reset": {"kinds": ["reset"], "calls": ["create"]},
    "the server fails": {"kinds": ["500"], "calls": ["create"]},
    "too many calls": {"kinds": ["429"], "calls": ["create"]},
    "the list is shuffled": {"kinds": ["shuffled_list"], "calls": ["list"]},
}


async def _ends_with_one_order(stage: Stage, story: Story, *numbers: str) -> None:
    await story.until_asked("codes")
    await stage.faults()
    result = await story.completes(*numbers)
    assert result.order_ids == [order["id"] for order in await stage.orders(*numbers)]
    assert len(result.order_ids) == 1


# Faults of the call


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
@pytest.mark.parametrize("seed", [1, 2])
async def test_one_order_when(stage: Stage, fault: dict[str, Any], seed: int) -> None:
    await stage.faults(times=1, seed=seed, **fault)
    story = await stage.request(ONE, TWO)
    await _ends_with_one_order(stage, story, ONE, TWO)


async def test_one_order_when_the_list_does_not_show_it_at_first(stage: Stage) -> None:
    await stage.faults(**LOST_ANSWER)
    story = await stage.request(ONE)
    await stage.until_ordered(ONE)
    await stage.faults(kinds=["stale_list"], calls=["list"], delay=0.8)
    await _ends_with_one_order(stage, story, ONE)


async def test_an_order_that_no_list_showed_is_removed_when_its_numbers_are_given_up(stage: Stage) -> None:
    await stage.faults(**LOST_ANSWER)
    story = await stage.request(ONE)
    await stage.until_ordered(ONE)
    await stage.faults(kinds=["404"], calls=["list"])
    ask = await story.until_asked("choice")
    await stage.faults()
    await story.answer(ask, "give_up")
    await story.ends("not_active")
    assert await stage.order_statuses(ONE) == ["deleted"]


async def test_numbers_that_the_new_order_lacks_get_one_of_their_own(stage: Stage) -> None:
    await stage.faults(kinds=["subset_create"], calls=["create"], times=1)
    story = await stage.request(ONE, TWO)
    seen = await story.until(lambda progress: progress.asks)
    (first,) = seen.asks[0].numbers
    await story.codes(first)
    seen = await story.until(lambda progress: progress.asks and progress.asks[0].numbers != [first])
    assert len((await story.completes(*seen.asks[0].numbers)).order_ids) == 2


async def test_a_number_that_telnyx_refuses_to_order_is_left_out_and_the_rest_is_ordered(stage: Stage) -> None:
    await stage.faults(kinds=["422"], pointer="/phone_numbers/1", calls=["create"], times=1)
    story = await stage.request(ONE, TWO)
    result = await story.completes(ONE, outcome="partly_active")
    assert states(result) == {ONE: "active", TWO: "left_out"}
    assert "/phone_numbers/1" in row_of(result, TWO).because


async def test_an_order_refused_for_another_reason_is_asked_about(stage: Stage) -> None:
    await stage.faults(kinds=["422"], pointer="/messaging_profile_id", calls=["create"], times=1)
    story = await stage.request(ONE)
    ask = await story.until_asked("choice")
    assert "/messaging_profile_id" in ask.guidance
    await story.answer(ask, "again")
    await _ends_with_one_order(stage, story, ONE)


# Orders that are there already


async def test_an_order_that_is_exactly_ours_is_adopted(stage: Stage) -> None:
    await stage.order_in_portal(ONE, TWO)
    story = await stage.request(TWO, ONE)
    await _ends_with_one_order(stage, story, ONE, TWO)


async def test_a_similar_order_is_asked_about_and_never_guessed_at(stage: Stage) -> None:
    other = await stage.order_in_portal(ONE, TWO)
    story = await stage.request(ONE)
    ask = await story.until_asked("choice")
    assert other in ask.guidance
    assert [choice.choice for choice in ask.choices] == ["again", "give_up"]
    await stage.set_status(ONE, "deleted", {ONE: "deleted", TWO: "deleted"})
    await story.answer(ask, "again")
    await story.completes(ONE)
    assert len(await stage.orders(ONE)) == 2


@pytest.mark.parametrize("outcome", ["not_active", "cancelled"])
async def test_a_similar_order_is_named_at_the_end_and_not_deleted(stage: Stage, outcome: str) -> None:
    other = await stage.order_in_portal(ONE, TWO)
    story = await stage.request(ONE)
    ask = await story.until_asked("choice")
    await (story.cancel() if outcome == "cancelled" else story.answer(ask, "give_up"))
    assert other in (await story.ends(outcome)).left_behind[0]
    assert await stage.calls("DELETE", other) == 0


async def test_an_order_that_is_left_alone_is_not_deleted_by_a_request_that_sent_none(stage: Stage) -> None:
    left, removed = [await stage.order_in_portal(ONE) for _ in range(2)]
    story = await stage.request(ONE)
    ask = await story.until_asked("choice")
    await stage.set_status(ONE, "deleted", {ONE: "deleted"})  # the newest: exactly one order is open now
    await story.answer(ask, "give_up")
    result = await story.ends("not_active")
    assert [left in sentence for sentence in result.left_behind] == [True]
    assert (await stage.order_statuses(ONE), result.order_ids) == (["pending", "deleted"], [])
    assert await stage.calls("DELETE", left) == await stage.calls("DELETE", removed) == 0


async def test_of_two_orders_a_person_chooses_the_one_to_adopt(stage: Stage) -> None:
    orders = [await stage.order_in_portal(ONE), await stage.order_in_portal(ONE)]
    story = await stage.request(ONE)
    ask = await story.until_asked("choice")
    assert {choice.order_id for choice in ask.choices if choice.choice == "adopt"} == set(orders)
    refusal = await story.refusal(AnswerAsk(ask=ask.id, choice="adopt"))
    assert all(order_id in refusal for order_id in orders)
    await story.answer(ask, "adopt", orders[1])
    assert (await story.completes(ONE)).order_ids == [orders[1]]


# A workflow that is reset


async def test_a_reset_of_the_workflow_places_no_second_order(stage: Stage) -> None:
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await _ends_with_one_order(stage, await _reset(story, "place_order"), ONE)


async def test_an_order_from_before_a_reset_is_deleted_though_the_new_run_never_saw_it(stage: Stage) -> None:
    again = await _reset_before_everything(stage)
    await again.cancel()
    result = await again.ends("cancelled")
    assert result.order_ids == [await stage.the_order(ONE)]
    assert await stage.order_statuses(ONE) == ["deleted"]
    assert not result.left_behind


async def test_a_number_that_became_active_before_a_reset_is_left_behind_by_name(stage: Stage) -> None:
    again = await _reset_before_everything(stage)
    await stage.approve(ONE)
    await again.cancel()
    [left] = (await again.ends("cancelled")).left_behind
    assert ONE in left
    assert await stage.calls("DELETE", await stage.the_order(ONE)) == 0


async def test_a_request_that_orders_nothing_after_a_reset_deletes_the_order_from_before(stage: Stage) -> None:
    again = await _reset_before_everything(stage)
    await stage.set_number(ONE, eligible_status="NUMBER_IS_NOT_A_US_NUMBER")
    await stage.faults()
    await again.ends("not_active")
    assert await stage.order_statuses(ONE) == ["deleted"]


async def test_a_number_that_became_active_before_a_reset_to_its_order_is_active(stage: Stage) -> None:
    story = await stage.request(ONE, TWO)
    await story.until_asked("codes")
    await stage.set_status(ONE, "provisioning", {ONE: "successful", TWO: "pending"})
    await story.until(lambda progress: states(progress)[ONE] == "active")
    await stage.set_status(ONE, "failed", {ONE: "successful", TWO: "failed"})
    again = await _reset(story, "place_order")
    assert states(await again.completes(TWO)) == {ONE: "active", TWO: "active"}


async def _reset_before_everything(stage: Stage) -> Story:
    """A request with an order, reset to its beginning and held there: Telnyx checks no eligibility now."""
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await stage.faults(kinds=["500"], calls=["eligibility"])
    again = await _reset(story)
    await again.until_step("eligibility")
    return again


async def _reset(story: Story, activity: str = "") -> Story:
    """Reset the request to just before an activity, or before the first, was scheduled, as a person can in the UI."""
    scheduled = [
        event.activity_task_scheduled_event_attributes
        for event in (await story.handle.fetch_history()).events
        if event.HasField("activity_task_scheduled_event_attributes")
    ]
    before = next(one.workflow_task_completed_event_id for one in scheduled if activity in {"", one.activity_type.name})
    client = story.stage.client
    await client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace=client.namespace,
            workflow_execution=WorkflowExecution(
                workflow_id=story.handle.id, run_id=story.handle.first_execution_run_id or ""
            ),
            reason="test",
            workflow_task_finish_event_id=before,
            request_id="reset",
        ),
    )
    return story.newest_run()
