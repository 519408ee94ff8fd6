"""An order that names none of the numbers that it was placed for is removed, or named at the end; never just left."""

import asyncio
from types import SimpleNamespace
from typing import Any

from domain.activity_io import PlacementVerdict
from domain.messages import Progress
from domain.vocabulary import Next
from tests.workflows.stage import PATIENCE, Stage, Story
from workflows.request.records import Round
from workflows.request.state import State
from workflows.steps.order import take_order

ONE, TWO = "+15125550151", "+15125550152"


async def _until_ordered(stage: Stage) -> list[dict[str, Any]]:
    """Every order in truth, the oldest first, as soon as there is one."""
    async with asyncio.timeout(PATIENCE):
        while not (orders := await stage.control("orders")):  # noqa: ASYNC110 - the other side of HTTP has no event
            await asyncio.sleep(0.02)
    found: list[dict[str, Any]] = orders
    return found


async def _names_none(stage: Stage, **options: object) -> None:
    await stage.faults(rate=1, kinds=["empty_create"], calls=["create"], seed=1, **options)


async def _ends_active(story: Story, *numbers: str) -> Progress:
    await story.until_asked("codes")
    await story.codes(*numbers)
    return await story.ends("active")


async def test_it_is_deleted_before_its_numbers_get_another_order(stage: Stage) -> None:
    await _names_none(stage, times=1)
    story = await stage.request(ONE, TWO)
    result = await _ends_active(story, ONE, TWO)
    empty, order = await _until_ordered(stage)
    assert (empty["status"], result.order_ids, result.left_behind) == ("deleted", [empty["id"], order["id"]], [])
    sent = [
        call["method"]
        for call in await stage.control("calls")
        if (call["method"], call["path"].rsplit("/", 1)[-1])
        in {("POST", "messaging_hosted_number_orders"), ("DELETE", empty["id"])}
    ]
    assert sent == ["POST", "DELETE", "POST"]


async def test_a_second_one_is_deleted_too_and_a_person_is_asked(stage: Stage) -> None:
    await _names_none(stage)
    story = await stage.request(ONE)
    ask = await story.until_asked("support")
    assert "left it out of the order" in ask.guidance
    assert [order["status"] for order in await _until_ordered(stage)] == ["deleted", "deleted"]
    await stage.faults()
    await story.retry(ONE)
    await _ends_active(story, ONE)


async def test_one_that_telnyx_does_not_delete_is_named_at_the_end(stage: Stage) -> None:
    await _names_none(stage, times=1)
    story = await stage.request(ONE)
    await _until_ordered(stage)
    await stage.faults(rate=1, kinds=["422"], calls=["delete"], times=1, seed=1)  # it is looked at once more meanwhile
    result = await _ends_active(story, ONE)
    [left] = result.left_behind
    assert result.order_ids[0] in left
    assert "HTTP 422" in left


async def test_one_that_may_be_activated_is_left_and_named_at_the_end(stage: Stage) -> None:
    await _names_none(stage, times=1)
    story = await stage.request(ONE)
    [empty] = await _until_ordered(stage)
    await stage.control(f"orders/{empty['id']}/status", {"order": "provisioning"})
    result = await _ends_active(story, ONE)
    [left] = result.left_behind
    assert f"{empty['id']} (provisioning)" in left
    assert await stage.calls("DELETE", empty["id"]) == 0


def test_one_that_is_taken_over_after_all_is_not_left_behind() -> None:
    state = State(numbers={}, order_ids=["o-1", "o-2"], left_behind=["Order o-1 was left.", "Order o-2 was left."])
    hosting: Any = SimpleNamespace(state=state, round=Round(numbers=[]))
    take_order(hosting, PlacementVerdict(next=Next.GO_ON, order_id="o-1"))
    assert (state.order_ids, state.left_behind) == (["o-2", "o-1"], ["Order o-2 was left."])
