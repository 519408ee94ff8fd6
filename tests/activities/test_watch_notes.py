"""A poll leaves a note only when the next one could not know it otherwise: each note is an action for Temporal."""

from datetime import datetime, timedelta

import pytest

from activities.listings import Listings
from activities.watch_order import WatchOrderActivities
from domain import delays
from domain.activity_io import WatchOrder, WatchVerdict
from domain.calendar import CENTRAL, Calendar
from domain.vocabulary import NumberState
from domain.watch_note import WatchNote, split_watch_note
from tests.activities.stage import A, Attempt, FakeLiveRequest, Stage, Step, current, seconds
from tests.tools.cost.test_request_cost import ACTIONS
from tools.bench.review import THREE_DAYS

MONDAY = datetime(2026, 11, 30, 10, tzinfo=CENTRAL)
LIMIT = 30
"""Actions of a request whose review takes three days."""


def watch(stage: Stage) -> Step[WatchOrder, WatchVerdict]:
    days = timedelta(days=3)
    return WatchOrderActivities(stage.accounts, FakeLiveRequest(), Listings(3600.0), Calendar(), days).watch_order


async def in_review(stage: Stage) -> WatchOrder:
    order = current(await stage.verified_order(A), {A: NumberState.IN_REVIEW}, papers_given=True)
    return WatchOrder(**dict(order), review_since=MONDAY)


def first_attempt() -> Attempt:
    attempt = Attempt(at=MONDAY)
    attempt.change_info(scheduled_time=MONDAY)
    return attempt


async def poll(stage: Stage, work: WatchOrder, attempt: Attempt, until: datetime) -> tuple[int, int, Attempt]:
    """Poll as planned until an instant. The polls, the notes, and the attempt that would follow."""
    polls = notes = 0
    step = watch(stage)
    while attempt.environment.info.started_time < until:
        await attempt.fails(step, work)
        polls, notes = polls + 1, notes + attempt.beats
        attempt = attempt.next()
    return polls, notes, attempt


def note_of(attempt: Attempt) -> WatchNote:
    note = split_watch_note(attempt.left)[1]
    assert note is not None
    return note


async def test_a_review_of_three_days_stays_within_its_actions(stage: Stage) -> None:
    polls, notes, _ = await poll(stage, await in_review(stage), first_attempt(), MONDAY + timedelta(seconds=THREE_DAYS))
    assert ACTIONS + (polls - 1) + notes <= LIMIT, (polls, notes)
    assert polls >= 8, "the watch goes on as the safety net"


async def test_a_poll_on_time_that_reads_the_same_leaves_nothing(stage: Stage) -> None:
    work = await in_review(stage)
    polls, notes, attempt = await poll(stage, work, first_attempt(), MONDAY + timedelta(hours=12))
    assert (polls, notes) == (8, 1)
    assert note_of(attempt).at < MONDAY + timedelta(seconds=delays.FIRST_POLL + 60)


async def test_a_change_and_a_poll_off_its_time_leave_a_note(stage: Stage) -> None:
    work, step = await in_review(stage), watch(stage)
    _, _, attempt = await poll(stage, work, first_attempt(), MONDAY + timedelta(hours=1))
    await stage.set_status(work.order_id, "provisioning")
    await attempt.fails(step, work)
    assert attempt.beats == 1
    late = attempt.next(timedelta(days=2))
    late.change_info(started_time=MONDAY + timedelta(days=2))
    await late.fails(step, work)
    assert late.beats == 1
    assert note_of(late).next_at > MONDAY + timedelta(days=2)


@pytest.mark.parametrize("polls_before", [2, 4, 6])
async def test_a_hint_is_recognized_however_long_ago_the_last_note_was(stage: Stage, polls_before: int) -> None:
    work, step = await in_review(stage), watch(stage)
    attempt = first_attempt()
    for _ in range(polls_before):
        await attempt.fails(step, work)
        attempt = attempt.next()
    pause = seconds(await attempt.fails(step, work))
    hinted = attempt.next(timedelta(seconds=pause / 2))
    assert seconds(await hinted.fails(step, work)) == delays.FIRST_POLL
    assert hinted.beats == 1
    usual = hinted.next()
    assert seconds(await usual.fails(step, work)) == delays.FIRST_POLL * 2
    assert usual.beats == 0
