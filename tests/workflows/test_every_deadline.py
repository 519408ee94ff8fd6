"""Deadlines that pass without an answer, for the asks that no other story leaves alone for so long."""

from datetime import timedelta

import pytest

from domain.messages import AskView, Progress
from tests.workflows.stage import Stage, states

ONE, TWO = "+15125550241", "+15125550242"


def _is_over(ask: AskView, result: Progress, after: timedelta) -> bool:
    """Whether a request ended at the deadline of its ask, and not before."""
    assert ask.since is not None
    assert ask.deadline is not None
    return ask.since + after <= ask.deadline <= result.events[-1].at


async def test_papers_that_never_come_expire_the_request_and_its_order_goes(skipping: Stage) -> None:
    story = await skipping.request(ONE, papers=False)
    await story.until_asked("codes")
    await story.codes(ONE)
    ask = await story.until_asked("documents")
    result = await story.ends("expired")
    assert _is_over(ask, result, timedelta(days=30))
    assert states(result) == {ONE: "given_up"}
    assert [order["status"] for order in await skipping.orders(ONE)] == ["deleted"]


@pytest.mark.parametrize(
    ("kind", "word"),
    [("carrier", "failed_carrier_rejected"), ("support", "failed_number_already_hosted")],
    ids=["carrier", "support"],
)
async def test_a_number_about_which_nobody_answers_is_given_up_and_the_others_stay_active(
    skipping: Stage, kind: str, word: str
) -> None:
    story = await skipping.in_review(ONE, TWO)
    await skipping.act(ONE, order="successful", numbers={ONE: "successful", TWO: word})
    await story.handle.signal("telnyx_news", {"event_id": "e"})  # the clock stands still, and the next look is far
    ask = await story.until_asked(kind)
    result = await story.ends("partly_active")
    assert _is_over(ask, result, timedelta(days=60))
    assert states(result) == {ONE: "active", TWO: "given_up"}
