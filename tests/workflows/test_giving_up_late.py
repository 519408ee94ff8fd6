"""A number may be given up at the moment in which Telnyx activates it. Then it is active."""

from domain.phone_numbers import mask_all
from tests.workflows.stage import Stage
from tests.workflows.story import states

ONE, TWO = "+15125550231", "+15125550232"


async def test_a_number_given_up_after_it_became_active_is_active(skipping: Stage) -> None:
    story = await skipping.in_review(ONE)
    await skipping.approve(ONE)
    await story.give_up(ONE)
    result = await story.ends("active")
    assert result.numbers[0].status == "successful"
    assert not result.left_behind
    assert await skipping.calls("DELETE", await skipping.the_order(ONE)) == 0


async def test_a_number_given_up_in_an_order_that_others_share_is_left_behind_by_name(stage: Stage) -> None:
    story = await stage.in_review(ONE, TWO)
    await story.give_up(TWO)
    await stage.set_status(ONE, "provisioning", {ONE: "successful"})
    result = await story.ends("partly_active")
    assert states(result) == {ONE: "active", TWO: "given_up"}
    [left] = result.left_behind
    assert TWO in left
    assert await stage.calls("DELETE", await stage.the_order(ONE)) == 0
    [ended] = stage.notified("request_ended")
    assert ended["text"].startswith(mask_all(left)), "first, since the end of a long text is cut"


async def test_a_number_given_up_that_its_order_activates_with_the_others_is_active(stage: Stage) -> None:
    story = await stage.in_review(ONE, TWO)
    await story.give_up(TWO)
    await stage.approve(ONE, TWO)
    assert states(await story.ends("active")) == {ONE: "active", TWO: "active"}
