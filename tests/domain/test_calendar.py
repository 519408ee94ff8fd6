"""Working time: US Central, Monday to Friday, except on the listed holidays (docs/telnyx.md §9)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import CENTRAL, Calendar, is_holiday

OFFICE = Calendar()
DAY = timedelta(days=1)


def central(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CENTRAL)


@pytest.mark.parametrize(
    ("instant", "opening"),
    [
        # Within working hours.
        ("2026-11-23T09:00", "2026-11-23T09:00"),
        ("2026-11-23T16:59:59", "2026-11-23T16:59:59"),
        # Before and after them.
        ("2026-11-23T08:59", "2026-11-23T09:00"),
        ("2026-11-23T17:00", "2026-11-24T09:00"),
        # A weekend.
        ("2026-11-20T17:00", "2026-11-23T09:00"),
        ("2026-11-21T12:00", "2026-11-23T09:00"),
        # Thanksgiving, the day after it, and a weekend.
        ("2026-11-25T18:00", "2026-11-30T09:00"),
        # December 24 and 25 before a weekend.
        ("2026-12-24T10:00", "2026-12-28T09:00"),
        # The clocks go forward on 2026-03-08 and back on 2026-11-01, both within a weekend.
        ("2026-03-06T17:30", "2026-03-09T09:00"),
        ("2026-10-30T17:30", "2026-11-02T09:00"),
        # In the night in which an hour is missing, and in the one in which an hour comes twice.
        ("2026-03-08T03:30", "2026-03-09T09:00"),
        ("2026-11-01T01:30", "2026-11-02T09:00"),
        # Independence Day on a Saturday: no other day replaces it, so Friday is a working day.
        ("2026-07-03T10:00", "2026-07-03T10:00"),
        ("2026-07-03T18:00", "2026-07-06T09:00"),
        # Memorial Day right after a weekend, and New Year's Day right before one.
        ("2026-05-22T17:00", "2026-05-26T09:00"),
        ("2026-12-31T17:00", "2027-01-04T09:00"),
        # A leap day.
        ("2028-02-28T17:00", "2028-02-29T09:00"),
    ],
)
def test_the_next_opening_skips_nights_weekends_and_holidays(instant: str, opening: str) -> None:
    assert OFFICE.next_open(central(instant)) == central(opening)


@pytest.mark.parametrize(("local", "hour_in_utc"), [("2026-03-06T08:00", 15), ("2026-03-09T08:00", 14)])
def test_nine_o_clock_is_nine_in_central_time_before_and_after_a_clock_change(local: str, hour_in_utc: int) -> None:
    assert OFFICE.next_open(central(local)).astimezone(UTC).hour == hour_in_utc


LISTED = [date(2026, 1, 1), date(2026, 7, 4), date(2026, 12, 24), date(2026, 12, 25)]
MOVABLE = {
    "Memorial Day, the last Monday in May": [date(2026, 5, 25), date(2027, 5, 31)],
    "Labor Day, the first Monday in September": [date(2026, 9, 7)],
    "Thanksgiving, the fourth Thursday in November": [date(2026, 11, 26)],
    "the day after it": [date(2026, 11, 27), date(2029, 11, 23)],
}
ORDINARY = [date(2026, 5, 18), date(2026, 9, 14), date(2026, 10, 12), date(2026, 11, 19), date(2026, 11, 20)]


@pytest.mark.parametrize("day", [*LISTED, *(day for days in MOVABLE.values() for day in days)], ids=str)
def test_the_listed_holidays_are_no_working_days(day: date) -> None:
    assert is_holiday(day)
    assert not OFFICE.is_working_day(day)


@pytest.mark.parametrize("day", [*ORDINARY, date(2026, 12, 31)], ids=str)
def test_other_days_are_no_holidays(day: date) -> None:
    assert not is_holiday(day)


def test_every_year_has_eight_holidays() -> None:
    days = (date(2026, 1, 1) + timedelta(days=n) for n in range(365 * 8 + 2))
    by_year = [day.year for day in days if is_holiday(day)]
    assert {year: by_year.count(year) for year in range(2026, 2034)} == dict.fromkeys(range(2026, 2034), 8)


def test_hours_and_further_closed_days_can_be_chosen() -> None:
    early = Calendar(opens=7, closes=12, also_closed=frozenset({date(2026, 11, 24)}))
    assert early.next_open(central("2026-11-23T08:00")) == central("2026-11-23T08:00")
    assert early.next_open(central("2026-11-23T13:00")) == central("2026-11-25T07:00")


def test_a_calendar_that_never_closes_never_waits() -> None:
    always = Calendar(0, 0)
    christmas = central("2026-12-25T03:00")
    assert always.always
    assert always.next_open(christmas) == christmas
    assert always.reminders(christmas, timedelta(hours=1), christmas + timedelta(hours=3)) == [
        christmas + timedelta(hours=1),
        christmas + timedelta(hours=2),
    ]


def test_reminders_come_once_a_working_day_before_the_deadline() -> None:
    friday, deadline = central("2026-11-20T15:00"), central("2026-12-02T12:00")
    assert OFFICE.reminders(friday, DAY, deadline) == [
        central("2026-11-23T15:00"),
        central("2026-11-24T15:00"),
        central("2026-11-25T15:00"),
        central("2026-11-30T15:00"),  # after Thanksgiving and a weekend
        central("2026-12-01T15:00"),
    ]


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("2026-11-20T16:55", "2026-11-23T16:55"),  # five minutes before the weekend
        ("2026-11-21T12:00", "2026-11-24T09:00"),  # on a Saturday: all of Monday passes first
        ("2026-11-25T16:55", "2026-11-30T16:55"),  # before Thanksgiving
    ],
)
def test_no_reminder_comes_before_a_whole_working_day_has_passed(asked: str, first: str) -> None:
    assert OFFICE.reminders(central(asked), DAY, None)[0] == central(first)


@pytest.mark.parametrize(
    ("since", "days", "hours_in_utc"),
    [
        ("2026-03-05T10:00", ["2026-03-06", "2026-03-09", "2026-03-10"], [16, 15, 15]),
        ("2026-10-29T10:00", ["2026-10-30", "2026-11-02", "2026-11-03"], [15, 16, 16]),
    ],
    ids=["the clocks go forward", "the clocks go back"],
)
def test_reminders_keep_to_working_hours_over_a_clock_change(
    since: str, days: list[str], hours_in_utc: list[int]
) -> None:
    found = OFFICE.reminders(central(since), DAY, central(f"{days[-1]}T17:00"))
    assert [instant.astimezone(CENTRAL).date().isoformat() for instant in found] == days
    assert [instant.astimezone(UTC).hour for instant in found] == hours_in_utc


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        ("2026-11-24T02:00", "2026-11-24T15:00"),  # Tuesday in London is still Monday evening in Texas
        ("2026-11-27T23:30", "2026-11-30T15:00"),
        ("2026-11-01T06:30", "2026-11-02T15:00"),  # the first of two half past ones
        ("2026-11-01T07:30", "2026-11-02T15:00"),  # the second
    ],
)
def test_the_day_is_the_one_in_central_time_in_whichever_zone_the_instant_is_written(
    instant: str, expected: str
) -> None:
    utc = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert OFFICE.next_open(utc) == datetime.fromisoformat(expected).replace(tzinfo=UTC)
    assert OFFICE.next_open(utc.astimezone(CENTRAL)) == OFFICE.next_open(utc)


def test_a_pace_of_an_hour_still_reminds_only_once_a_working_day() -> None:
    found = OFFICE.reminders(central("2026-11-23T09:00"), timedelta(hours=1), central("2026-11-26T00:00"))
    assert [instant.astimezone(CENTRAL).date().day for instant in found] == [23, 24, 25]


def test_there_are_no_reminders_after_the_deadline() -> None:
    since = central("2026-11-23T09:00")
    assert OFFICE.reminders(since, DAY, since + DAY) == []
    assert OFFICE.reminders(since, DAY, since - DAY) == []


INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2034, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - zone added
CALENDARS = st.builds(
    lambda opens, length, closed: Calendar(opens, opens + length, closed),
    st.integers(0, 23),
    st.integers(1, 1) | st.integers(1, 8),
    st.frozensets(st.dates(date(2024, 1, 1), date(2034, 1, 1)), max_size=5),
).filter(lambda calendar: calendar.closes <= 24)


@given(CALENDARS, INSTANTS)
def test_an_opening_is_in_working_hours_and_its_own_next_opening(calendar: Calendar, instant: datetime) -> None:
    opening = calendar.next_open(instant)
    local = opening.astimezone(CENTRAL)
    assert opening >= instant
    assert calendar.is_working_day(local.date())
    assert calendar.opens <= local.hour < calendar.closes
    assert calendar.next_open(opening) == opening


@given(CALENDARS, INSTANTS, INSTANTS)
def test_a_later_instant_never_has_an_earlier_opening(calendar: Calendar, one: datetime, other: datetime) -> None:
    earlier, later = sorted((one, other))
    assert calendar.next_open(earlier) <= calendar.next_open(later)


@given(INSTANTS, st.floats(0.25, 96), st.integers(1, 90))
def test_reminders_rise_within_working_hours_one_a_day_before_the_deadline(
    since: datetime, hours: float, days: int
) -> None:
    deadline = since + timedelta(days=days)
    found = OFFICE.reminders(since, timedelta(hours=hours), deadline)
    local_days = [instant.astimezone(CENTRAL).date() for instant in found]
    assert found == sorted(found)
    assert len(set(local_days)) == len(local_days)
    assert all(since < instant < deadline and OFFICE.next_open(instant) == instant for instant in found)


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("since", "span", "instant"),
    [
        # Three working days around a weekend and around Thanksgiving.
        ("2026-11-19T10:30", 3 * DAY, "2026-11-24T10:30"),
        ("2026-11-25T10:30", 3 * DAY, "2026-12-02T10:30"),
        # A span that begins at night counts from the next opening, and none ends at closing time.
        ("2026-11-20T22:00", DAY, "2026-11-24T09:00"),
        # A clock change over a weekend.
        ("2026-10-30T10:30", DAY, "2026-11-02T10:30"),
        # Christmas, New Year's Day and two weekends lie between.
        ("2026-12-23T15:00", 5 * DAY, "2027-01-04T15:00"),
        # The time of day stays over both clock changes.
        ("2026-03-06T16:30", 2 * DAY, "2026-03-10T16:30"),
        ("2026-10-30T16:30", 2 * DAY, "2026-11-03T16:30"),
        # Hours are summed over opening hours: across a night, a weekend, a holiday and both clock changes.
        ("2026-11-23T16:00", 4 * HOUR, "2026-11-24T12:00"),
        ("2026-10-30T16:30", 2 * HOUR, "2026-11-02T10:30"),
        ("2026-03-06T16:30", 2 * HOUR, "2026-03-09T10:30"),
        ("2026-11-25T16:55", HOUR, "2026-11-30T09:55"),
        ("2026-11-23T10:00", DAY + 2 * HOUR, "2026-11-24T12:00"),
        # Less than a day is at most one working day.
        ("2026-11-23T10:00", 12 * HOUR, "2026-11-24T10:00"),
        ("2026-11-23T10:00", DAY + 23 * HOUR, "2026-11-25T10:00"),
    ],
)
def test_a_span_is_summed_over_opening_hours(since: str, span: timedelta, instant: str) -> None:
    assert OFFICE.after(central(since), span) == central(instant)


def test_two_hours_from_friday_evening_end_on_monday_after_the_clock_change() -> None:
    friday, monday = datetime(2026, 10, 30, 21, 30, tzinfo=UTC), datetime(2026, 11, 2, 16, 30, tzinfo=UTC)
    assert OFFICE.after(friday, 2 * HOUR) == monday


SPANS = st.timedeltas(timedelta(0), timedelta(days=20))
ZONES = st.sampled_from(["UTC", "America/Chicago", "America/New_York", "Asia/Tehran", "Australia/Lord_Howe"])


@given(CALENDARS | st.just(Calendar(0, 0)), INSTANTS, SPANS, SPANS)
def test_working_time_adds_up(calendar: Calendar, since: datetime, one: timedelta, other: timedelta) -> None:
    assert calendar.add(calendar.add(since, one), other) == calendar.add(since, one + other)


@given(CALENDARS | st.just(Calendar(0, 0)), INSTANTS, INSTANTS, SPANS, SPANS)
def test_a_longer_span_or_a_later_start_never_ends_earlier(
    calendar: Calendar, one: datetime, other: datetime, short: timedelta, long: timedelta
) -> None:
    (earlier, later), (short, long) = sorted((one, other)), sorted((short, long))
    assert calendar.after(earlier, short) <= calendar.after(later, short)
    assert calendar.after(later, short) <= calendar.after(later, long)


@given(CALENDARS | st.just(Calendar(0, 0)), INSTANTS, SPANS, ZONES)
def test_a_span_ends_within_opening_hours_and_at_the_same_instant_in_each_zone(
    calendar: Calendar, since: datetime, span: timedelta, zone: str
) -> None:
    found = calendar.after(since.astimezone(ZoneInfo(zone)), span)
    assert found == calendar.after(since, span) == calendar.next_open(found)
    assert found >= since


@given(CALENDARS, INSTANTS, st.integers(1, 20))
def test_a_span_has_as_many_open_hours_as_it_says(calendar: Calendar, instant: datetime, hours: int) -> None:
    since = instant.replace(minute=0, second=0, microsecond=0)
    passed = (calendar.add(since, hours * HOUR) - since) // HOUR
    times = [(since + n * HOUR).astimezone(CENTRAL) for n in range(passed)]
    is_open = [calendar.is_working_day(at.date()) and calendar.opens <= at.hour < calendar.closes for at in times]
    assert sum(is_open) == hours


def test_at_most_sixty_reminders_are_planned_at_once() -> None:
    since = central("2026-11-23T09:00")
    assert len(Calendar(0, 0).reminders(since, DAY, since + 300 * DAY)) == 60
    assert Calendar(0, 0).reminders(since, DAY, None)[59:] == [since + 60 * DAY]


def test_a_slower_pace_counts_working_days() -> None:
    found = OFFICE.reminders(central("2026-09-14T10:00"), 2 * DAY, central("2026-09-26T00:00"))
    assert [instant.astimezone(CENTRAL).day for instant in found] == [16, 18, 22, 24]


def test_where_work_begins_at_midnight_the_next_reminder_comes_at_midnight() -> None:
    night_shift = Calendar(0, 8)
    found = night_shift.reminders(central("2026-11-23T01:00"), timedelta(hours=1), central("2026-11-24T12:00"))
    assert found == [central("2026-11-23T02:00"), central("2026-11-24T00:00")]


def test_a_calendar_that_never_closes_counts_every_hour() -> None:
    saturday, wait = datetime(2026, 10, 31, 12, tzinfo=UTC), 3 * DAY + timedelta(hours=2)
    assert Calendar(0, 0).after(saturday, wait) == saturday + wait, "over a clock change too"
