"""Asks in time, and what people are told."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from activities.asks import AskActivities
from domain.activity_io import AskPlan, PlanAsk
from domain.ask_times import AskTimes
from domain.calendar import CENTRAL, Calendar
from domain.deliveries import NotStarted
from domain.notification import Notification
from domain.vocabulary import AskKind
from tests.activities.stage import Attempt

DAY = timedelta(days=1)
MONDAY = datetime(2026, 11, 30, 10, tzinfo=CENTRAL)
ASKED = Notification(event="ask_opened", reference="r-1", ask="ask-1", kind="codes", numbers=2)


class Board:
    """Keeps what was given out."""

    def __init__(self) -> None:
        self.news: list[Notification] = []

    async def publish(self, news: Notification) -> None:
        self.news.append(news)


class Away:
    """Where no news can be given out now."""

    async def publish(self, news: Notification) -> None:
        raise NotStarted(f"no start of {news.event}")


async def plan(kind: AskKind, *, ask_deadline: timedelta | None = None, calendar: Calendar | None = None) -> AskPlan:
    activities = AskActivities(AskTimes(calendar or Calendar(), DAY, ask_deadline, escalate_at_reminder=3), Board())
    ask = PlanAsk(kind=kind, now=MONDAY, news=ASKED)
    return await Attempt().run(activities.plan_ask, ask)


@pytest.mark.parametrize(
    ("kind", "days"),
    [
        (AskKind.CODES, 30),
        (AskKind.DOCUMENTS, 30),
        # Carriers and support take their time.
        (AskKind.CARRIER, 60),
        (AskKind.SUPPORT, 60),
    ],
)
async def test_the_deadline_is_in_calendar_days_by_kind_and_falls_into_working_hours(kind: AskKind, days: int) -> None:
    deadline = (await plan(kind)).deadline
    assert deadline is not None
    assert deadline == Calendar().next_open(MONDAY + timedelta(days=days))
    assert Calendar().next_open(deadline) == deadline


async def test_a_chosen_deadline_goes_before_the_defaults() -> None:
    assert (await plan(AskKind.SUPPORT, ask_deadline=2 * DAY)).deadline == MONDAY + timedelta(days=2)


async def test_all_reminders_come_before_the_deadline_one_a_working_day() -> None:
    planned = await plan(AskKind.CODES, ask_deadline=7 * DAY)
    assert planned.deadline is not None
    assert planned.reminders == [MONDAY + timedelta(days=days) for days in (1, 2, 3, 4)] + [
        datetime(2026, 12, 7, 9, tzinfo=CENTRAL)
    ]
    assert all(reminder < planned.deadline for reminder in planned.reminders)


async def test_the_plan_goes_by_the_instant_it_is_given_and_no_clock() -> None:
    always = Calendar(0, 0)
    assert (await plan(AskKind.CODES, calendar=always)).reminders[0] == MONDAY + timedelta(days=1)
    assert (await plan(AskKind.CODES, calendar=always)).deadline == MONDAY + timedelta(days=30)


async def test_people_are_told_of_an_ask_when_it_is_planned_with_its_deadline() -> None:
    board = Board()
    activities = AskActivities(AskTimes(Calendar(), DAY), board)
    planned = await Attempt().run(activities.plan_ask, PlanAsk(kind=AskKind.CODES, now=MONDAY, news=ASKED))
    [news] = board.news
    assert (news.event, news.reference, news.ask, news.deadline) == ("ask_opened", "r-1", "ask-1", planned.deadline)


async def test_no_deadline_is_told_of_what_never_expires() -> None:
    board = Board()
    stopped = ASKED.model_copy(update={"event": "account_stopped", "kind": "account"})
    work = PlanAsk(kind=AskKind.ACCOUNT, now=MONDAY, news=stopped)
    planned = await Attempt().run(AskActivities(AskTimes(Calendar(), DAY), board).plan_ask, work)
    assert ([news.deadline for news in board.news], planned.deadline) == ([None], None)


async def test_what_is_planned_anew_without_news_is_told_nobody() -> None:
    board = Board()
    work = PlanAsk(kind=AskKind.CODES, now=MONDAY, ends=MONDAY + 2 * DAY)
    planned = await Attempt().run(AskActivities(AskTimes(Calendar(), DAY), board).plan_ask, work)
    assert (planned.deadline, board.news) == (MONDAY + 2 * DAY, [])


async def test_what_is_told_again_by_a_repeated_activity_has_the_same_event_id() -> None:
    board = Board()
    activities = AskActivities(AskTimes(Calendar(), DAY), board)
    first = Attempt()
    await first.run(activities.notify, ASKED)
    await first.next().run(activities.notify, ASKED)
    another = Attempt()
    another.environment.info = dataclasses.replace(another.environment.info, activity_id="another")
    await another.run(activities.notify, ASKED)
    ids = [news.event_id for news in board.news]
    assert ids[0] == ids[1] != ids[2]
    assert all(one.startswith("evt_") for one in ids)


async def test_news_that_could_not_be_begun_comes_back_as_it_would_have_been_told() -> None:
    activities, board = AskActivities(AskTimes(Calendar(), DAY), Away()), Board()
    asked = PlanAsk(kind=AskKind.CODES, now=MONDAY, news=ASKED)
    untold = [
        (await Attempt().run(activities.plan_ask, asked)).untold,
        await Attempt().run(activities.notify, ASKED),
    ]
    reached = AskActivities(AskTimes(Calendar(), DAY), board)
    assert (await Attempt().run(reached.plan_ask, asked)).untold is None
    assert await Attempt().run(reached.notify, ASKED) is None
    assert untold == board.news


async def test_a_plan_travels_in_utc_or_central_alike() -> None:
    activities = AskActivities(AskTimes(Calendar(), DAY, escalate_at_reminder=3), Board())
    ask = PlanAsk(kind=AskKind.CODES, now=MONDAY.astimezone(UTC), news=ASKED)
    assert await Attempt().run(activities.plan_ask, ask) == await plan(AskKind.CODES)


async def test_the_third_reminder_is_escalated_and_none_before_it() -> None:
    asked = await plan(AskKind.CODES)
    assert asked.escalate_at == asked.reminders[2]


async def test_an_ask_that_expires_before_its_third_reminder_is_never_escalated() -> None:
    asked = await plan(AskKind.CODES, ask_deadline=2.5 * DAY)
    assert asked.escalate_at is None
