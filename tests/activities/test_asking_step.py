"""Asks in time, and what people are told."""

from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from activities.asking import AskingActivities
from domain.calendar import CENTRAL, Calendar
from domain.vocabulary import AskKind
from domain.work import AskPlan, Notification, PlanAsk
from tests.activities.stage import Attempt

DAY = 86400.0
MONDAY = datetime(2026, 11, 30, 10, tzinfo=CENTRAL)


async def plan(kind: AskKind, *, ask_deadline: float | None = None, calendar: Calendar | None = None) -> AskPlan:
    activities = AskingActivities(calendar or Calendar(), DAY, ask_deadline)
    ask = PlanAsk(reference="r-1", ask="ask-1", kind=kind, numbers=2, now=MONDAY)
    return await Attempt().run(activities.plan_ask, ask)


@pytest.mark.parametrize(
    ("kind", "days"),
    [
        (AskKind.CODES, 30),
        (AskKind.DOCUMENTS, 30),
        (AskKind.CHOICE, 30),
        (AskKind.ACCOUNT, 30),
        (AskKind.TRANSFER, 30),
        # Carriers and support take their time.
        (AskKind.CARRIER, 60),
        (AskKind.SUPPORT, 60),
    ],
)
async def test_the_deadline_is_in_calendar_days_by_kind_and_falls_into_working_hours(kind: AskKind, days: int) -> None:
    deadline = (await plan(kind)).deadline
    assert deadline == Calendar().next_open(MONDAY + timedelta(days=days))
    assert Calendar().next_open(deadline) == deadline


async def test_a_chosen_deadline_goes_before_the_defaults() -> None:
    assert (await plan(AskKind.SUPPORT, ask_deadline=2 * DAY)).deadline == MONDAY + timedelta(days=2)


async def test_all_reminders_come_before_the_deadline_one_a_working_day() -> None:
    planned = await plan(AskKind.CODES, ask_deadline=7 * DAY)
    assert planned.reminders == [MONDAY + timedelta(days=days) for days in (1, 2, 3, 4)] + [
        datetime(2026, 12, 7, 9, tzinfo=CENTRAL)
    ]
    assert all(reminder < planned.deadline for reminder in planned.reminders)


async def test_the_plan_goes_by_the_instant_it_is_given_and_no_clock() -> None:
    always = Calendar(0, 0)
    assert (await plan(AskKind.CODES, calendar=always)).reminders[0] == MONDAY + timedelta(days=1)
    assert (await plan(AskKind.CODES, calendar=always)).deadline == MONDAY + timedelta(days=30)


async def test_a_notification_is_a_log_event_with_its_fields_and_no_number() -> None:
    activities = AskingActivities(Calendar(), DAY, None)
    news = Notification(reference="r-1", event="ask_reminder", ask="ask-1", kind="codes", numbers=2)
    with capture_logs() as logs:
        await Attempt().run(activities.notify, news)
    [entry] = logs
    assert entry["event"] == "ask_reminder"
    assert (entry["reference"], entry["ask"], entry["kind"], entry["numbers"]) == ("r-1", "ask-1", "codes", 2)
    assert "outcome" not in entry


async def test_a_plan_travels_in_utc_or_central_alike() -> None:
    activities = AskingActivities(Calendar(), DAY, None)
    ask = PlanAsk(reference="r-1", ask="ask-1", kind=AskKind.CODES, numbers=2, now=MONDAY.astimezone(UTC))
    assert await Attempt().run(activities.plan_ask, ask) == await plan(AskKind.CODES)
