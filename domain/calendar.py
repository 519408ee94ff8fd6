"""Working hours and days: reminders and lateness count working time, and so does the least time to answer.

Working time passes while the office is open and stands still while it is closed. Telnyx reviews Monday to Friday, 9 to
17 US Central, except on the listed holidays (docs/telnyx.md §9). Every function here depends on its arguments alone.
"Now" is an argument too, because a test's skipped clock is not the machine's. Every instant that comes back is in UTC.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

CENTRAL = ZoneInfo("America/Chicago")
_SATURDAY = 5
_DAY = timedelta(days=1)
_MAX_REMINDERS = 60
"""Planned at once, because every instant travels in the ask. After the last one the next ones are planned."""


@dataclass(frozen=True)
class Calendar:
    """The working hours of every working day, in US Central; `opens == closes` means around the clock, every day.

    The clocks change on Sundays, when the office is closed. So every working day is equally long.
    """

    opens: int = 9
    closes: int = 17
    also_closed: frozenset[date] = frozenset()

    @property
    def always(self) -> bool:
        """True when every hour of every day is a working hour."""
        return self.opens == self.closes

    @property
    def working_day(self) -> timedelta:
        """How long the office is open on a working day."""
        return _DAY if self.always else timedelta(hours=self.closes - self.opens)

    def is_working_day(self, day: date) -> bool:
        """Say whether people work on that day, a date in US Central."""
        return day.weekday() < _SATURDAY and not is_holiday(day) and day not in self.also_closed

    def next_open(self, instant: datetime) -> datetime:
        """The instant itself if it is within working hours, else the next opening."""
        local = instant.astimezone(CENTRAL)
        if self.always or (self.is_working_day(local.date()) and self.opens <= local.hour < self.closes):
            return instant.astimezone(UTC)
        day = local.date() + timedelta(days=local.hour >= self.opens)
        while not self.is_working_day(day):
            day += _DAY
        return self._at(day, self.opens)

    def working_time(self, span: timedelta) -> timedelta:
        """The working time that a span of the settings stands for.

        Each whole day of the span is one working day. The rest counts hour by hour, but is at most one working day, so
        that twelve hours are never longer than a day.
        """
        return span.days * self.working_day + min(span % _DAY, self.working_day)

    def add(self, since: datetime, working_time: timedelta) -> datetime:
        """The instant at which so much working time has passed since then. At closing time it is the next opening."""
        instant, left = self.next_open(since), working_time
        while not self.always and (rest := self._closing(instant) - instant) <= left:
            instant, left = self.next_open(instant + rest), left - rest
        return instant + left

    def after(self, since: datetime, span: timedelta) -> datetime:
        """The instant at which a span of the settings is over, in working time."""
        return self.add(since, self.working_time(span))

    def reminders(self, since: datetime, every: timedelta, deadline: datetime | None) -> list[datetime]:
        """Plan the next reminders: in working hours, at most one a working day, all before a deadline."""
        found: list[datetime] = []
        instant = self.after(since, every)
        while (deadline is None or instant < deadline) and len(found) < _MAX_REMINDERS:
            found.append(instant)
            following = self.after(instant, every)
            if not self.always and following.astimezone(CENTRAL).date() == instant.astimezone(CENTRAL).date():
                following = self.next_open(self._closing(instant))
            instant = following
        return found

    def _closing(self, instant: datetime) -> datetime:
        """The end of the working day of an instant within working hours."""
        return self._at(instant.astimezone(CENTRAL).date(), self.closes)

    @staticmethod
    def _at(day: date, hour: int) -> datetime:
        """That hour of the day in US Central; hour 24 is the midnight that ends it."""
        return (datetime.combine(day, time(0), CENTRAL) + timedelta(hours=hour)).astimezone(UTC)


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
