"""When people are reminded of an ask, when a second recipient is notified, and when the ask expires."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.ask_times import AskTimes
from domain.calendar import CENTRAL, Calendar
from domain.vocabulary import AskKind

DAY = timedelta(days=1)
MONDAY = datetime(2026, 9, 14, 10, tzinfo=CENTRAL).astimezone(UTC)
ALWAYS = Calendar(0, 0)
NEVER_EXPIRE = [AskKind.CHOICE, AskKind.ACCOUNT]
EXPIRE = [AskKind.CODES, AskKind.DOCUMENTS, AskKind.CARRIER, AskKind.SUPPORT]


@pytest.mark.parametrize("kind", EXPIRE)
def test_an_ask_is_open_for_thirty_days_or_sixty_if_others_must_act(kind: AskKind) -> None:
    days = 60 if kind in {AskKind.CARRIER, AskKind.SUPPORT} else 30
    assert AskTimes(ALWAYS, DAY).plan(kind, MONDAY).deadline == MONDAY + days * DAY


@pytest.mark.parametrize("kind", EXPIRE)
def test_an_operators_deadline_counts_for_every_kind_that_expires(kind: AskKind) -> None:
    assert AskTimes(ALWAYS, DAY, deadline_after=2 * DAY).plan(kind, MONDAY).deadline == MONDAY + 2 * DAY


@pytest.mark.parametrize("kind", NEVER_EXPIRE)
def test_an_ask_that_never_expires_is_reminded_of_beyond_any_deadline(kind: AskKind) -> None:
    plan = AskTimes(ALWAYS, DAY, deadline_after=2 * DAY).plan(kind, MONDAY)
    assert plan.deadline is None
    assert plan.reminders[2] == MONDAY + 3 * DAY


@pytest.mark.parametrize(
    ("asked", "wait", "deadline"),
    [
        # Two hours, one day and three days from Friday, five minutes before the weekend.
        ("2026-10-30T16:55", timedelta(hours=2), "2026-11-02T10:55"),
        ("2026-10-30T16:55", DAY, "2026-11-02T16:55"),
        ("2026-10-30T16:55", 3 * DAY, "2026-11-02T16:55"),
        # Over Thanksgiving.
        ("2026-11-25T16:55", 2 * DAY, "2026-11-30T16:55"),
        # A week holds more than a working day anyway.
        ("2026-09-18T16:55", 7 * DAY, "2026-09-25T16:55"),
    ],
)
def test_a_deadline_leaves_a_person_a_working_day_or_all_of_a_shorter_time(
    asked: str, wait: timedelta, deadline: str
) -> None:
    since, ends = (datetime.fromisoformat(text).replace(tzinfo=CENTRAL) for text in (asked, deadline))
    assert AskTimes(Calendar(), DAY, deadline_after=wait).plan(AskKind.CODES, since).deadline == ends


def test_a_second_recipient_is_notified_after_as_many_whole_working_days() -> None:
    friday = datetime(2026, 9, 18, 16, 55, tzinfo=CENTRAL)
    plan = AskTimes(Calendar(), DAY, escalate_at_reminder=3).plan(AskKind.CODES, friday)
    assert plan.escalate_at == datetime(2026, 9, 23, 16, 55, tzinfo=CENTRAL)


def test_a_transfer_ends_at_its_own_deadline_without_reminders() -> None:
    saturday = MONDAY + 5 * DAY
    plan = AskTimes(Calendar(), DAY, escalate_at_reminder=1).plan(AskKind.TRANSFER, MONDAY, saturday)
    assert (plan.deadline, plan.reminders, plan.escalate_at) == (saturday, [], None)


def test_an_ask_that_is_planned_again_keeps_its_deadline_in_working_hours() -> None:
    next_monday, thursday = datetime(2026, 9, 21, 9, tzinfo=CENTRAL), MONDAY + 3 * DAY
    first = AskTimes(Calendar(), DAY, deadline_after=5 * DAY).plan(AskKind.CODES, MONDAY)
    again = AskTimes(Calendar(), DAY, deadline_after=9 * DAY).plan(AskKind.CODES, thursday, MONDAY + 5 * DAY)
    assert (first.deadline, again.deadline) == (next_monday, next_monday), "the fifth day is a Saturday"
    assert again.reminders == [thursday + DAY]


def test_reminders_come_at_the_chosen_pace_until_the_deadline() -> None:
    plan = AskTimes(ALWAYS, 2 * DAY, deadline_after=5 * DAY).plan(AskKind.CODES, MONDAY)
    assert plan.reminders == [MONDAY + 2 * DAY, MONDAY + 4 * DAY]


@pytest.mark.parametrize(
    ("nth", "days"),
    [
        # 0 turns escalation off.
        (0, None),
        # With the first reminder, with the second, with the last.
        (1, 1),
        (2, 2),
        (4, 4),
        # The ask expires before its fifth reminder.
        (5, None),
    ],
)
def test_a_second_recipient_is_notified_with_the_chosen_reminder(nth: int, days: int | None) -> None:
    plan = AskTimes(ALWAYS, DAY, deadline_after=5 * DAY, escalate_at_reminder=nth).plan(AskKind.CODES, MONDAY)
    assert plan.escalate_at == (None if days is None else MONDAY + days * DAY)


def test_by_default_there_is_no_second_recipient() -> None:
    assert AskTimes(ALWAYS, DAY).plan(AskKind.CODES, MONDAY).escalate_at is None
