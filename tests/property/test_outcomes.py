"""Each rule about an end bites: one thing in a hand-made end is wrong, and the rule is reported as broken."""

import pytest
from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.api.history.v1 import HistoryEvent

from domain.messages import AskView
from tests.property.hand_made_story import ONE, TWO, HandMadeStory
from tests.property.rules import Rule
from tests.property.stories import Action, Do, RequestPlan


@pytest.mark.parametrize(
    ("two", "outcome", "state"), [("successful", "active", "active"), ("failed", "partly_active", "failed")]
)
async def test_a_true_outcome_breaks_no_rule(story: HandMadeStory, two: str, outcome: str, state: str) -> None:
    order = story.order()
    story.set_status(order, "successful", one="successful", two=two)
    assert await story.ends(outcome, "active", state, order) == []


@pytest.mark.parametrize(("outcome", "one"), [("not_active", "active"), ("active", "active"), ("done", "given_up")])
async def test_the_outcome_fits_the_numbers(story: HandMadeStory, outcome: str, one: str) -> None:
    order = story.order()
    story.set_status(order, one="successful", two="failed")
    assert Rule.OUTCOME_FITS in await story.ends(outcome, one, "failed", order, left_behind=order.id)


async def test_every_number_has_one_final_state(story: HandMadeStory) -> None:
    assert await story.ends("cancelled", "in_review", "given_up") == [Rule.ONE_FINAL_STATE]
    story.request.plan = RequestPlan(phone_numbers=(ONE,))
    assert await story.ends("cancelled", "given_up", "given_up") == [Rule.ONE_FINAL_STATE]


async def test_no_ask_is_left_open(story: HandMadeStory) -> None:
    await story.ends("cancelled", "given_up", "given_up")
    assert story.request.result is not None
    story.request.result = story.request.result.model_copy(update={"asks": [AskView(id="codes-1", kind="codes")]})
    assert await story.broken() == [Rule.NO_OPEN_ASK]


async def test_only_a_number_that_was_active_is_active(story: HandMadeStory) -> None:
    order = story.order()
    story.set_status(order, "successful", one="successful", two="failed")
    assert await story.ends("active", "active", "active", order) == [Rule.ACTIVE_IS_TRUE]


async def test_an_active_number_has_not_failed_because_its_neighbor_did(story: HandMadeStory) -> None:
    order = story.order()
    story.set_status(order, "successful", one="failed", two="successful")
    broken = await story.ends("not_active", "failed", "failed", order)
    assert broken == [Rule.FAILED_IS_TRUE, Rule.ACTIVE_IS_REPORTED]


async def test_an_active_number_has_not_failed_because_it_did_in_an_earlier_order(story: HandMadeStory) -> None:
    first, second = story.order(), story.order(TWO)
    story.set_status(first, "failed", one="failed", two="failed_timeout")
    story.set_status(second, "successful", two="successful")
    assert await story.ends("not_active", "failed", "failed", first, second) == [Rule.ACTIVE_IS_REPORTED]


@pytest.mark.parametrize("state", ["failed", "rejected"])
async def test_a_number_fails_only_by_a_status_of_telnyx(story: HandMadeStory, state: str) -> None:
    order, other = story.order(), story.order(ONE)
    story.set_status(order, "deleted", one="deleted")
    story.set_status(other, "carrier_rejected")
    order.history = [line for line in order.history if line["what"] != "order deleted"]
    assert await story.ends("not_active", "failed", state, order, other) == [Rule.FAILED_IS_TRUE]


async def test_a_number_may_fail_when_its_order_left_it_out_or_was_given_up_for_another(story: HandMadeStory) -> None:
    ended, short = story.order(ONE), story.order(ONE)
    story.set_status(ended, "carrier_rejected")
    story.set_status(short, one="failed")
    story.monitor.left_out.add((short.id, TWO))
    assert await story.ends("not_active", "rejected", "failed", ended, short) == []
    story.monitor.left_out.clear()
    assert await story.ends("not_active", "rejected", "failed", ended, short) == [Rule.FAILED_IS_TRUE]
    story.request.reordered.add(TWO)
    assert await story.ends("not_active", "rejected", "failed", ended, short) == []


@pytest.mark.parametrize(
    ("one", "two", "rule"),
    [("deleted", "successful", Rule.ACTIVE_IS_REPORTED), ("failed", "", Rule.ORDERS_ARE_NAMED)],
    ids=["active", "live"],
)
async def test_an_order_with_an_active_or_a_live_number_is_named(
    story: HandMadeStory, one: str, two: str, rule: Rule
) -> None:
    order = story.order()
    story.set_status(order, one=one, two=two)
    for named in ("", "Something else."):
        assert await story.ends("cancelled", "failed", "given_up", order, left_behind=named) == [rule]
    assert await story.ends("cancelled", "failed", "given_up", order, left_behind=f"Order {order.id}.") == []


async def test_an_order_that_was_placed_is_known(story: HandMadeStory) -> None:
    story.order()
    assert await story.ends("cancelled", "given_up", "given_up") == [Rule.ORDERS_ARE_KNOWN]
    assert await story.ends("cancelled", "given_up", "given_up", left_behind="One may have been placed.") == []


async def test_every_number_becomes_active_where_nothing_prevents_it(story: HandMadeStory) -> None:
    story.run.story = story.run.story.model_copy(update={"actions": (Action(do=Do.HELP),)})
    assert await story.ends("cancelled", "given_up", "given_up") == [Rule.UNHINDERED_IS_ACTIVE]


async def test_every_request_ends(story: HandMadeStory) -> None:
    story.shows()
    assert await story.broken() == [Rule.ENDS]


@pytest.mark.parametrize(
    ("cause", "broken"), [("UNHANDLED_COMMAND", []), ("NON_DETERMINISTIC_ERROR", [Rule.NO_FAILED_TASK])]
)
async def test_no_workflow_task_fails(story: HandMadeStory, cause: str, broken: list[Rule]) -> None:
    event = HistoryEvent(event_type=EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED)
    event.workflow_task_failed_event_attributes.cause = WorkflowTaskFailedCause.Value(
        f"WORKFLOW_TASK_FAILED_CAUSE_{cause}"
    )
    story.handle.events.append(event)
    assert await story.ends("cancelled", "given_up", "given_up") == broken
