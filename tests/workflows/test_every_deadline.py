"""Deadlines that pass without an answer, for the asks that no other story leaves alone for so long."""

from datetime import timedelta

import pytest

from domain.messages import AskView, Progress
from tests.workflows.stage import Stage
from tests.workflows.story import events_about, states

ONE, TWO = "+15125550241", "+15125550242"


def _ended_at_its_deadline(ask: AskView, result: Progress, after: timedelta) -> bool:
    """Whether a request ended at the deadline of its ask, and not before."""
    assert ask.since is not None
    assert ask.deadline is not None
    return ask.since + after <= ask.deadline <= result.events[-1].at


async def test_documents_that_never_arrive_expire_the_request_and_its_order_is_deleted(skipping: Stage) -> None:
    story = await skipping.request(ONE, documents=False)
    await story.prove(ONE)
    ask = await story.until_asked("documents")
    result = await story.ends("expired")
    assert _ended_at_its_deadline(ask, result, timedelta(days=30))
    assert states(result) == {ONE: "given_up"}
    assert await skipping.order_statuses(ONE) == ["deleted"]


@pytest.mark.parametrize(
    ("kind", "status"),
    [("carrier", "failed_carrier_rejected"), ("support", "failed_number_already_hosted")],
    ids=["carrier", "support"],
)
async def test_numbers_of_an_unanswered_ask_are_given_up_and_the_others_stay_active(
    skipping: Stage, kind: str, status: str
) -> None:
    story = await skipping.in_review(ONE, TWO)
    await skipping.set_status(ONE, "successful", {ONE: "successful", TWO: status})
    await story.hint()  # the clock stands still, and the next poll is far
    ask = await story.until_asked(kind)
    result = await story.ends("partly_active")
    assert _ended_at_its_deadline(ask, result, timedelta(days=60))
    assert states(result) == {ONE: "active", TWO: "given_up"}
    assert status in result.numbers[1].because
    reminded = [event.at for event in events_about(result, "reminded")]
    assert reminded[-1] - reminded[0] > timedelta(days=50)
