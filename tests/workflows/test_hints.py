"""A webhook is a hint that the order is worth reading. It is acted on soon, but at most every few seconds."""

import pytest

from tests.workflows.stage import Stage
from tests.workflows.waiting import until

ONE = "+12125550101"


@pytest.mark.settings(poll_interval=3600.0)
async def test_a_hint_right_after_a_poll_is_not_lost(stage: Stage) -> None:
    """Without a hint, the second poll comes after 30 seconds, and the third is later than this test waits."""
    story = await stage.request(ONE)
    await story.until_asked("codes")
    order_id = await stage.the_order(ONE)
    before = await stage.calls("GET", order_id)
    await story.hint()
    await until(lambda: stage.calls("GET", order_id), lambda calls: calls > before)
    await stage.set_status(ONE, "deleted", {ONE: "deleted"})
    await story.hint()
    await story.ends("not_active")


async def test_a_flood_of_hints_costs_few_polls(stage: Stage) -> None:
    story = await stage.in_review(ONE)
    order_id = await stage.the_order(ONE)
    before = await stage.calls("GET", order_id)
    for _ in range(50):
        await story.hint()
    await story.look()
    assert await stage.calls("GET", order_id) - before < 10
    await stage.approve(ONE)
    await story.ends("active")
