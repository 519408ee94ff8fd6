"""When an ask is reminded of, told to a second recipient, and over."""

from datetime import datetime, timedelta

import pytest

from domain.ask_times import AskTimes
from domain.calendar import CENTRAL, Calendar
from domain.vocabulary import AskKind

DAY = timedelta(days=1)
MONDAY = datetime(2026, 9, 14, 10, tzinfo=CENTRAL)
ALWAYS = Calendar(0, 0)


@pytest.mark.parametrize("kind", AskKind)
def test_an_ask_is_open_for_thirty_days_and_for_sixty_where_others_take_their_time(kind: AskKind) -> None:
    days = 60 if kind in {AskKind.CARRIER, AskKind.SUPPORT} else 30
    assert AskTimes(ALWAYS, DAY).plan(kind, MONDAY).deadline == MONDAY + days * DAY


@pytest.mark.parametrize("kind", AskKind)
def test_an_operators_deadline_counts_for_every_kind(kind: AskKind) -> None:
    assert AskTimes(ALWAYS, DAY, deadline_after=2 * DAY).plan(kind, MONDAY).deadline == MONDAY + 2 * DAY


def test_reminders_come_at_the_chosen_pace_until_the_deadline() -> None:
    plan = AskTimes(ALWAYS, 2 * DAY, deadline_after=5 * DAY).plan(AskKind.CODES, MONDAY)
    assert plan.reminders == [MONDAY + 2 * DAY, MONDAY + 4 * DAY]


def test_a_deadline_falls_into_working_hours() -> None:
    plan = AskTimes(Calendar(), DAY, deadline_after=5 * DAY).plan(AskKind.CODES, MONDAY)
    assert plan.deadline == datetime(2026, 9, 21, 9, tzinfo=CENTRAL), "the fifth day is a Saturday"


@pytest.mark.parametrize(
    ("nth", "days"),
    [
        # Nobody else is told.
        (0, None),
        # With the first reminder, with the second, with the last.
        (1, 1),
        (2, 2),
        (4, 4),
        # The ask is over before its fifth reminder.
        (5, None),
    ],
)
def test_a_second_recipient_is_told_with_the_chosen_reminder(nth: int, days: int | None) -> None:
    plan = AskTimes(ALWAYS, DAY, deadline_after=5 * DAY, escalate_at_reminder=nth).plan(AskKind.CODES, MONDAY)
    assert plan.escalate_at == (None if days is None else MONDAY + days * DAY)


def test_by_default_nobody_else_is_told() -> None:
    assert AskTimes(ALWAYS, DAY).plan(AskKind.CODES, MONDAY).escalate_at is None
