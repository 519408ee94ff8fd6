"""Days and weeks of waiting, on the server whose clock skips ahead."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest
from temporalio.client import WorkflowHistory, WorkflowUpdateStage
from temporalio.testing import WorkflowEnvironment

from domain import names
from domain.messages import Answer, ReplaceDocuments
from services.updates import UPDATES
from tests.workflows.stage import Stage
from tests.workflows.story import Story, events_about, states
from tests.workflows.waiting import TIMEOUT, until
from tools.bench.review import THREE_DAYS, paces

ONE, TWO = "+15125550151", "+15125550152"
NOT_CHECKED_NOW = "+15005550008"


async def _history_length(story: Story) -> int:
    return len((await story.handle.fetch_history()).events)


async def test_three_days_of_polling_add_no_history(skipping: Stage, skipping_server: WorkflowEnvironment) -> None:
    story = await skipping.in_review(ONE)
    order_id = await skipping.the_order(ONE)
    await skipping_server.sleep(timedelta(days=14))  # past the notification of the late review
    events, polls = await _history_length(story), await skipping.calls("GET", order_id)
    await skipping_server.sleep(timedelta(days=3))
    assert await skipping.calls("GET", order_id) - polls >= 3, "the safety net looks once a day"
    assert await _history_length(story) == events
    await skipping.approve(ONE)
    await story.ends("active")


async def test_a_review_of_three_days_has_as_many_looks_as_the_bench_computes(
    skipping: Stage, skipping_server: WorkflowEnvironment
) -> None:
    story = await skipping.in_review(ONE)
    await skipping_server.sleep(timedelta(seconds=THREE_DAYS - 3600))  # then the review is late
    pending = (await story.handle.describe()).raw_description.pending_activities
    [looks] = [one.attempt for one in pending if one.activity_type.name == names.WATCH_ACTIVITY]
    assert abs(looks - paces()["ours"].looks(THREE_DAYS)) <= 1, "the clock stands somewhere between two looks"


async def test_reminders_come_once_a_working_day_and_the_deadline_expires_the_request(skipping: Stage) -> None:
    story = await skipping.request(ONE, TWO)
    await story.until_asked("codes")
    result = await story.ends("expired")
    assert states(result) == {ONE: "given_up", TWO: "given_up"}
    reminded = [event.at for event in events_about(result, "reminded")]
    assert 16 <= len(reminded) <= 22, "30 calendar days have about 21 working days, fewer at Thanksgiving and Christmas"
    assert len({at.date() for at in reminded}) == len(reminded)
    assert all(at.weekday() < 5 for at in reminded)
    assert await skipping.order_statuses(ONE) == ["deleted"]


async def test_an_ask_about_an_unknown_status_never_expires_and_its_reminders_never_end(
    skipping: Stage, skipping_server: WorkflowEnvironment
) -> None:
    story = await skipping.in_review(ONE)
    await skipping.set_status(ONE, "frozen_by_gnomes")
    await skipping_server.sleep(timedelta(hours=2))
    ask = await story.until_asked("choice")
    assert ask.deadline is None
    await skipping_server.sleep(timedelta(days=120))
    reminders = [event.at for event in events_about(await story.look(), "reminded")]
    assert timedelta(days=110) < reminders[-1] - reminders[0] < timedelta(days=120)
    assert max(later - earlier for earlier, later in pairwise(reminders)) < timedelta(days=6), "some days are closed"
    assert len(skipping.notified("ask_escalated")) == 1
    await story.answer(ask, "give_up")
    assert states(await story.ends("not_active")) == {ONE: "given_up"}


@pytest.mark.parametrize("kind", ["500", "429", "reset"])
async def test_a_night_of_trouble_at_telnyx_fails_nothing(
    skipping: Stage, skipping_server: WorkflowEnvironment, kind: str
) -> None:
    story = await skipping.request(ONE)
    await story.until_asked("codes")
    await skipping.faults(kinds=[kind])
    await skipping_server.sleep(timedelta(hours=12))
    await skipping.faults()
    await story.resend(ONE)
    await story.completes(ONE)


async def test_an_loa_that_became_too_old_before_a_later_round_is_asked_for_again(
    skipping: Stage, skipping_server: WorkflowEnvironment
) -> None:
    story = await skipping.in_review(ONE)
    await skipping_server.sleep(timedelta(days=31))
    await skipping.set_status(ONE, "carrier_rejected")
    await skipping_server.sleep(timedelta(days=1))
    await story.until_asked("carrier")
    await story.retry(ONE)
    await story.prove(ONE)
    assert "LOA" in (await story.until_asked("documents")).guidance
    documents = await skipping.documents(story.reference)
    await skipping.configure(review_seconds=0.3)
    await story.documents(loa=documents["loa"])
    await story.ends("active")


@pytest.mark.parametrize(("refused", "asked"), [("401", "account"), ("423", "choice")])
async def test_an_loa_that_became_too_old_while_its_upload_waited_for_a_person_is_not_uploaded(
    skipping: Stage, skipping_server: WorkflowEnvironment, refused: str, asked: str
) -> None:
    story = await skipping.request(ONE)
    await story.until_asked("codes")
    await skipping.faults(kinds=[refused], calls=["upload"])
    await story.codes(ONE)
    held_up = await story.until_asked(asked)
    await skipping_server.sleep(timedelta(days=40))
    await skipping.faults()
    if asked == "choice":  # a stopped account is tried now and then without an answer
        await story.answer(held_up, "again")
    assert "LOA" in (await story.until_asked("documents")).guidance
    assert [order["uploads"] for order in await skipping.orders(ONE)] == [[]]
    await story.documents()
    await story.ends("active")
    [order] = await skipping.orders(ONE)
    assert len(order["uploads"]) == 1


def _has_timer(history: WorkflowHistory) -> bool:
    return any(event.HasField("timer_started_event_attributes") for event in history.events)


async def test_a_sender_is_answered_in_time_also_between_two_attempts(
    skipping: Stage, skipping_server: WorkflowEnvironment
) -> None:
    story = await skipping.request(NOT_CHECKED_NOW)
    await until(story.handle.fetch_history, _has_timer)  # the check could not be made, and is made again later
    await skipping_server.sleep(timedelta(seconds=5))  # of the 30 until the check is made again
    message = ReplaceDocuments(**await skipping.documents(story.reference), by="test")
    update = await story.handle.start_update(
        UPDATES[ReplaceDocuments], message, wait_for_stage=WorkflowUpdateStage.ACCEPTED, result_type=Answer
    )
    await skipping_server.sleep(timedelta(seconds=45))
    async with asyncio.timeout(TIMEOUT):
        assert (await update.result()).accepted
