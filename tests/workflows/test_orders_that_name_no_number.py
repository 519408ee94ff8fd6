"""An order that names none of the numbers that it was placed for is deleted, or named at the end. It is never left."""

from types import SimpleNamespace
from typing import Any

from domain.activity_io import PlacementVerdict
from domain.vocabulary import Next
from tests.workflows.stage import Stage
from tests.workflows.waiting import until
from workflows.request.records import Round
from workflows.request.state import State
from workflows.steps.order import take_order

ONE, TWO = "+15125550151", "+15125550152"


async def _until_ordered(stage: Stage) -> list[dict[str, Any]]:
    """Every order, the oldest first, as soon as there is one."""
    orders: list[dict[str, Any]] = await until(lambda: stage.control("orders"))
    return orders


async def _names_none(stage: Stage, **options: object) -> None:
    await stage.faults(kinds=["empty_create"], calls=["create"], **options)


async def test_it_is_deleted_before_its_numbers_get_another_order(stage: Stage) -> None:
    await _names_none(stage, times=1)
    result = await (await stage.request(ONE, TWO)).completes(ONE, TWO)
    empty, order = await _until_ordered(stage)
    assert (empty["status"], result.order_ids, result.left_behind) == ("deleted", [empty["id"], order["id"]], [])
    calls = [(call["method"], call["path"].rsplit("/", 1)[-1]) for call in await stage.control("calls")]
    changing = {("POST", "messaging_hosted_number_orders"), ("DELETE", empty["id"])}
    assert [method for method, path in calls if (method, path) in changing] == ["POST", "DELETE", "POST"]


async def test_a_second_one_is_deleted_too_and_a_person_is_asked(stage: Stage) -> None:
    await _names_none(stage)
    story = await stage.request(ONE)
    await story.until_asked("support")
    assert [order["status"] for order in await _until_ordered(stage)] == ["deleted", "deleted"]
    await stage.faults()
    await story.retry(ONE)
    await story.completes(ONE)


async def test_one_that_telnyx_does_not_delete_is_named_at_the_end(stage: Stage) -> None:
    await _names_none(stage, times=1)
    story = await stage.request(ONE)
    await _until_ordered(stage)
    await stage.faults(kinds=["422"], calls=["delete"], times=1)  # the order is read once more meanwhile
    result = await story.completes(ONE)
    [left] = result.left_behind
    assert result.order_ids[0] in left


async def test_one_that_may_be_activated_is_not_deleted_and_named_at_the_end(stage: Stage) -> None:
    await _names_none(stage, times=1)
    story = await stage.request(ONE)
    [empty] = await _until_ordered(stage)
    await stage.control(f"orders/{empty['id']}/status", {"order": "provisioning"})
    [left] = (await story.completes(ONE)).left_behind
    assert (empty["id"] in left, "provisioning" in left) == (True, True)
    assert await stage.calls("DELETE", empty["id"]) == 0


def test_one_that_is_adopted_later_is_not_left_behind() -> None:
    state = State(numbers={}, order_ids=["o-1", "o-2"], left_behind=["Order o-1 was left.", "Order o-2 was left."])
    request: Any = SimpleNamespace(state=state, round=Round(numbers=[]))
    take_order(request, PlacementVerdict(next=Next.GO_ON, order_id="o-1"))
    assert (state.order_ids, state.left_behind) == (["o-2", "o-1"], ["Order o-2 was left."])
