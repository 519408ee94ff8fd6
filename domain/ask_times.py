"""When people are reminded of an ask, when a second recipient is notified, and when it expires, if it ever does."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain.activity_io import AskPlan
from domain.asks import RULES
from domain.calendar import Calendar
from domain.vocabulary import AskKind

_LEAST_TIME = timedelta(days=1)
"""A deadline counts days of the calendar. A weekend in them must still leave a person this much working time."""


@dataclass(frozen=True)
class AskTimes:
    """What the settings say about all asks."""

    calendar: Calendar
    remind_after: timedelta
    deadline_after: timedelta | None = None
    """For every kind that has a deadline; None leaves it to the kind's row in `domain.asks`."""
    escalate_at_reminder: int = 0
    """Which reminder (1 is the first) also goes to a second recipient. 0 turns escalation off."""

    def plan(self, kind: AskKind, since: datetime, ends: datetime | None = None) -> AskPlan:
        """All instants of an ask, in working hours.

        Args:
            kind: what is awaited. No one is reminded of what needs no person.
            since: when it is asked, or planned again.
            ends: its deadline, where that is known already.
        """
        if not RULES[kind].needs_person:
            return AskPlan(reminders=[], deadline=ends)
        deadline = self._deadline(kind, since, ends)
        reminders = self.calendar.reminders(since, self.remind_after, deadline)
        nth = self.escalate_at_reminder
        escalate_at = reminders[nth - 1] if 0 < nth <= len(reminders) else None
        return AskPlan(reminders=reminders, deadline=deadline, escalate_at=escalate_at)

    def _deadline(self, kind: AskKind, since: datetime, ends: datetime | None) -> datetime | None:
        days = RULES[kind].days
        if days is None:
            return None
        if ends is not None:
            return self.calendar.next_open(ends)
        wait = self.deadline_after or timedelta(days=days)
        earliest = self.calendar.after(since, min(wait, _LEAST_TIME))
        return max(self.calendar.next_open(since.astimezone(UTC) + wait), earliest)
