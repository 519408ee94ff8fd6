"""One order per round, whatever happens to the answer of the call that places it."""

from typing import Any

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest

from domain.messages import AnswerAsk, Progress
from tests.workflows.stage import PROFILE, Stage, Story, states

ONE, TWO = "+15125550141", "+15125550142"

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
    await story.codes(*numbers)
    result = await story.ends("active")
    assert result.order_ids == [order["id"] for order in await stage.orders(*numbers)]
    assert len(result.order_ids) == 1


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
@pytest.mark.parametrize("seed", [1, 2])
async def test_one_order_when(stage: Stage, fault: dict[str, Any], seed: int) -> None:
    await stage.faults(rate=1, times=1, seed=seed, **fault)
    story = await stage.request(ONE, TWO)
    await _ends_with_one_order(stage, story, ONE, TWO)


async def test_one_order_when_the_list_does_not_show_it_at_first(stage: Stage) -> None:
    await stage.faults(rate=1, kinds=["timeout_after_commit"], calls=["create"], times=1, delay=0.2, seed=1)
    story = await stage.request(ONE)
    await stage.until_ordered(ONE)
    await stage.faults(rate=1, kinds=["stale_list"], calls=["list"], delay=0.8, seed=1)
    await _ends_with_one_order(stage, story, ONE)


async def test_an_order_that_is_exactly_ours_is_taken_over(stage: Stage) -> None:
    await _order(stage, ONE, TWO)
    story = await stage.request(TWO, ONE)
    await _ends_with_one_order(stage, story, ONE, TWO)


async def test_an_order_that_another_running_request_holds_is_asked_about(stage: Stage) -> None:
    first = await stage.request(ONE)
    await first.until_asked("codes")
    second = await stage.request(ONE)
    ask = await second.until_asked("choice")
    assert first.reference in ask.guidance
    await second.answer(ask, "give_up")
    await second.ends("not_active")
    await _ends_with_one_order(stage, first, ONE)


async def test_a_look_alike_order_is_asked_about_never_guessed_at(stage: Stage) -> None:
    other = await _order(stage, ONE, TWO)
    story = await stage.request(ONE)
    ask = await story.until_asked("choice")
    assert other in ask.guidance
    assert [choice.choice for choice in ask.choices] == ["again", "give_up"]
    await stage.act(ONE, order="deleted", numbers={ONE: "deleted", TWO: "deleted"})
    await story.answer(ask, "again")
    await story.until_asked("codes")
    await story.codes(ONE)
    await story.ends("active")
    assert len(await stage.orders(ONE)) == 2


async def test_an_order_that_may_be_ours_is_named_at_the_end_when_its_numbers_are_given_up(stage: Stage) -> None:
    other = await _order(stage, ONE, TWO)
    story = await stage.request(ONE)
    await story.answer(await story.until_asked("choice"), "give_up")
    result = await story.ends("not_active")
    assert other in result.left_behind[0]
    assert await stage.calls("DELETE", other) == 0


async def test_an_order_that_may_be_ours_is_named_at_the_end_when_the_request_is_cancelled(stage: Stage) -> None:
    other = await _order(stage, ONE, TWO)
    story = await stage.request(ONE)
    await story.until_asked("choice")
    await story.cancel()
    result = await story.ends("cancelled")
    assert other in result.left_behind[0]
    assert await stage.calls("DELETE", other) == 0


async def test_an_order_that_no_list_showed_is_removed_when_its_numbers_are_given_up(stage: Stage) -> None:
    await stage.faults(rate=1, kinds=["timeout_after_commit"], calls=["create"], times=1, delay=0.2, seed=1)
    story = await stage.request(ONE)
    await stage.until_ordered(ONE)
    await stage.faults(rate=1, kinds=["404"], calls=["list"], seed=1)
    ask = await story.until_asked("choice")
    await stage.faults()
    await story.answer(ask, "give_up")
    await story.ends("not_active")
    assert [order["status"] for order in await stage.orders(ONE)] == ["deleted"]


async def test_of_two_orders_a_person_chooses_the_one_to_take_over(stage: Stage) -> None:
    orders = [await _order(stage, ONE), await _order(stage, ONE)]
    story = await stage.request(ONE)
    ask = await story.until_asked("choice")
    assert {choice.order_id for choice in ask.choices if choice.choice == "adopt"} == set(orders)
    assert "Name the order" in (await _refused_adoption(story, ask.id))
    await story.answer(ask, "adopt", orders[1])
    await story.until_asked("codes")
    await story.codes(ONE)
    result = await story.ends("active")
    assert result.order_ids == [orders[1]]


async def test_numbers_that_the_new_order_lacks_get_one_of_their_own(stage: Stage) -> None:
    await stage.faults(rate=1, kinds=["subset_create"], calls=["create"], times=1, seed=1)
    story = await stage.request(ONE, TWO)
    seen = await story.until(lambda progress: progress.asks)
    (first,) = seen.asks[0].numbers
    await story.codes(first)
    seen = await story.until(lambda progress: progress.asks and progress.asks[0].numbers != [first])
    await story.codes(*seen.asks[0].numbers)
    result = await story.ends("active")
    assert len(result.order_ids) == 2


async def test_a_reset_of_the_workflow_places_no_second_order(stage: Stage) -> None:
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await _reset(stage, story, "place_order")
    again = Story(
        stage, stage.client.get_workflow_handle(story.handle.id, result_type=type(await story.look())), story.reference
    )
    await _ends_with_one_order(stage, again, ONE)


async def test_an_order_from_before_a_reset_is_removed_though_the_new_run_never_came_to_it(stage: Stage) -> None:
    again = await _reset_before_everything(stage)
    await again.cancel()
    result = await again.ends("cancelled")
    assert result.order_ids == [await stage.the_order(ONE)]
    assert (await stage.orders(ONE))[0]["status"] == "deleted"
    assert not result.left_behind


async def test_a_number_that_became_active_before_a_reset_is_not_called_given_up_without_a_word(stage: Stage) -> None:
    again = await _reset_before_everything(stage)
    await stage.act(ONE, order="successful", numbers={ONE: "successful"})
    await again.cancel()
    result = await again.ends("cancelled")
    [left] = result.left_behind
    assert ONE in left
    assert await stage.calls("DELETE", await stage.the_order(ONE)) == 0


async def test_a_request_that_orders_nothing_after_a_reset_removes_the_order_from_before_it(stage: Stage) -> None:
    again = await _reset_before_everything(stage)
    await stage.control(f"numbers/%2B{ONE[1:]}", {"eligible_status": "NUMBER_IS_NOT_A_US_NUMBER"})
    await stage.faults()
    result = await again.ends("not_active")
    assert (await stage.orders(ONE))[0]["status"] == "deleted"
    assert "before the workflow was reset" in result.numbers[0].because


async def test_a_number_that_became_active_before_a_reset_to_its_order_is_active(stage: Stage) -> None:
    story = await stage.request(ONE, TWO)
    await story.until_asked("codes")
    await stage.act(ONE, order="provisioning", numbers={ONE: "successful", TWO: "pending"})
    await story.until(lambda progress: "active" in [number.state for number in progress.numbers])
    await stage.act(ONE, order="failed", numbers={ONE: "successful", TWO: "failed"})
    await _reset(stage, story, "place_order")
    handle = stage.client.get_workflow_handle(story.handle.id, result_type=Progress)
    again = Story(stage, handle, story.reference)
    await again.until_asked("codes")
    await again.codes(TWO)
    result = await again.ends("active")
    assert [number.state for number in result.numbers] == ["active", "active"]


async def _reset_before_everything(stage: Stage) -> Story:
    """A request with an order, reset to its beginning and held there, since Telnyx checks no eligibility now."""
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await stage.faults(rate=1, kinds=["500"], calls=["eligibility"], seed=1)
    await _reset(stage, story, "check_eligibility")
    handle = stage.client.get_workflow_handle(story.handle.id, result_type=Progress)
    again = Story(stage, handle, story.reference)
    await again.until_step("eligibility")
    return again


async def _refused_adoption(story: Story, ask: str) -> str:
    return await story.refusal(AnswerAsk(ask=ask, choice="adopt"))


async def _order(stage: Stage, *numbers: str) -> str:
    """Order by hand, as a person in the portal would."""
    body = {"messaging_profile_id": PROFILE, "phone_numbers": list(numbers)}
    headers = {"authorization": "Bearer KEY_portal"}
    reply = await stage.telnyx.post("/v2/messaging_hosted_number_orders", json=body, headers=headers)
    return str(reply.json()["data"]["id"])


async def _reset(stage: Stage, story: Story, activity: str) -> None:
    """Reset the request to just before an activity was scheduled, as a person can in the UI."""
    scheduled = [
        event.activity_task_scheduled_event_attributes
        for event in (await story.handle.fetch_history()).events
        if event.HasField("activity_task_scheduled_event_attributes")
    ]
    before = next(one.workflow_task_completed_event_id for one in scheduled if one.activity_type.name == activity)
    await stage.client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace=stage.client.namespace,
            workflow_execution=WorkflowExecution(
                workflow_id=story.handle.id, run_id=story.handle.first_execution_run_id or ""
            ),
            reason="test",
            workflow_task_finish_event_id=before,
            request_id="reset",
        ),
    )


async def test_a_number_that_telnyx_refuses_to_order_is_left_out_and_the_rest_is_ordered(stage: Stage) -> None:
    await stage.faults(rate=1, kinds=["422"], pointer="/phone_numbers/1", calls=["create"], times=1, seed=1)
    story = await stage.request(ONE, TWO)
    await story.until_asked("codes")
    await story.codes(ONE)
    result = await story.ends("partly_active")
    assert states(result) == {ONE: "active", TWO: "left_out"}
    assert "/phone_numbers/1" in result.numbers[1].because


async def test_an_order_refused_for_another_reason_is_asked_about(stage: Stage) -> None:
    await stage.faults(rate=1, kinds=["422"], pointer="/messaging_profile_id", calls=["create"], times=1, seed=1)
    story = await stage.request(ONE)
    ask = await story.until_asked("choice")
    assert "/messaging_profile_id" in ask.guidance
    await story.answer(ask, "again")
    await _ends_with_one_order(stage, story, ONE)
