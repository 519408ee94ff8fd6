"""A number that is given up in the moment in which Telnyx activates it: what is true counts."""

from structlog.testing import capture_logs

from domain.phone_numbers import mask_all
from tests.workflows.stage import Stage, states

ONE, TWO = "+15125550231", "+15125550232"


async def test_a_number_given_up_after_it_became_active_is_active(skipping: Stage) -> None:
    story = await skipping.in_review(ONE)
    await skipping.act(ONE, order="successful", numbers={ONE: "successful"})
    await story.give_up(ONE)
    result = await story.ends("active")
    assert "before it could be taken out" in result.numbers[0].because
    assert not result.left_behind
    assert await skipping.calls("DELETE", await skipping.the_order(ONE)) == 0


async def test_a_number_given_up_in_an_order_that_others_share_is_left_behind_by_name(stage: Stage) -> None:
    story = await stage.in_review(ONE, TWO)
    await story.give_up(TWO)
    await stage.act(ONE, order="provisioning", numbers={ONE: "successful"})
    result = await story.ends("partly_active")
    assert states(result) == {ONE: "active", TWO: "given_up"}
    [left] = result.left_behind
    assert TWO in left
    assert await stage.calls("DELETE", await stage.the_order(ONE)) == 0


async def test_what_is_left_behind_is_told_first_since_long_news_is_cut(stage: Stage) -> None:
    story = await stage.in_review(ONE, TWO)
    await story.give_up(TWO)
    with capture_logs() as logs:
        await stage.act(ONE, order="provisioning", numbers={ONE: "successful"})
        [left] = (await story.ends("partly_active")).left_behind
    [text] = [entry["text"] for entry in logs if entry["event"] == "request_ended"]
    assert text.startswith(mask_all(left))


async def test_a_number_given_up_that_its_order_activates_with_the_others_is_active(stage: Stage) -> None:
    story = await stage.in_review(ONE, TWO)
    await story.give_up(TWO)
    await stage.act(ONE, order="successful", numbers={ONE: "successful", TWO: "successful"})
    result = await story.ends("active")
    assert states(result) == {ONE: "active", TWO: "active"}
