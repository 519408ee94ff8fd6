"""Working hours and days: reminders, deadlines and lateness count business time.

Telnyx reviews Monday to Friday, 9 to 17 US Central, except on the listed holidays (docs/telnyx.md §9). Every function
here depends on its arguments alone. "Now" is an argument too, because a test's skipped clock is not the machine's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

CENTRAL = ZoneInfo("America/Chicago")
_SATURDAY = 5
_MAX_REMINDERS = 60
"""Planned at once, because every instant travels in the ask. After the last one the next ones are planned."""


@dataclass(frozen=True)
class Calendar:
    """The working hours of every working day, in US Central; `opens == closes` means around the clock, every day."""

    opens: int = 9
    closes: int = 17
    also_closed: frozenset[date] = frozenset()

    @property
    def always(self) -> bool:
        """True when every hour of every day is a working hour."""
        return self.opens == self.closes

    def is_working_day(self, day: date) -> bool:
        """Say whether people work on that day, a date in US Central."""
        return day.weekday() < _SATURDAY and not is_holiday(day) and day not in self.also_closed

    def next_open(self, instant: datetime) -> datetime:
        """The instant itself if it is within working hours, else the next opening."""
        if self.always:
            return instant
        local = instant.astimezone(CENTRAL)
        day = local.date()
        if self.is_working_day(day) and local.hour < self.closes:
            return max(instant, self._opening(day))
        day += timedelta(days=1)
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return self._opening(day)

    def reminders(self, since: datetime, every: timedelta, deadline: datetime | None) -> list[datetime]:
        """Plan the next reminders: in working hours, at most one a working day, all before a deadline."""
        found: list[datetime] = []
        instant = self.next_open(since + every)
        while (deadline is None or instant < deadline) and len(found) < _MAX_REMINDERS:
            found.append(instant)
            following = self.next_open(instant + every)
            if not self.always and following.astimezone(CENTRAL).date() == instant.astimezone(CENTRAL).date():
                following = self.next_open(self._day_after(instant))
            instant = following
        return found

    def working_days_after(self, since: datetime, wait: timedelta) -> datetime:
        """The instant that many working days later; each whole day of the wait is one working day."""
        if self.always:
            return since + wait
        instant = self.next_open(since)
        for _day in range(wait.days):
            instant = self._same_time_next_working_day(instant)
        return self.next_open(instant + wait % timedelta(days=1))

    def _same_time_next_working_day(self, instant: datetime) -> datetime:
        local = instant.astimezone(CENTRAL)
        day = self.next_open(self._day_after(instant)).astimezone(CENTRAL).date()
        return datetime.combine(day, local.time(), CENTRAL).astimezone(ZoneInfo("UTC"))

    def _opening(self, day: date) -> datetime:
        return datetime.combine(day, time(self.opens), CENTRAL).astimezone(ZoneInfo("UTC"))

    def _day_after(self, instant: datetime) -> datetime:
        return datetime.combine(instant.astimezone(CENTRAL).date() + timedelta(days=1), time(0), CENTRAL)


def is_holiday(day: date) -> bool:
    """Say whether Telnyx reviews nothing on that day although it may be a weekday (docs/telnyx.md §9)."""
    return any(rule(day) for rule in _HOLIDAYS)


def _nth_weekday(day: date, month: int, weekday: int, nth: int) -> bool:
    return day.month == month and day.weekday() == weekday and (day.day - 1) // 7 == nth - 1


_HOLIDAYS: tuple[Callable[[date], bool], ...] = (
    lambda day: (day.month, day.day) in {(1, 1), (7, 4), (12, 24), (12, 25)},
    lambda day: day.month == 5 and day.weekday() == 0 and day.day > 24,  # noqa: PLR2004 - Memorial Day: last Monday in May
    lambda day: _nth_weekday(day, 9, 0, 1),  # Labor Day
    lambda day: _nth_weekday(day, 11, 3, 4),  # Thanksgiving
    lambda day: _nth_weekday(day - timedelta(days=1), 11, 3, 4),  # and the day after
)
