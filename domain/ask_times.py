"""When an ask is reminded of, when a second recipient hears of it, and when it expires, if it ever does."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.activity_io import AskPlan
from domain.calendar import Calendar
from domain.vocabulary import AskKind

_DAYS = {AskKind.CARRIER: 60, AskKind.SUPPORT: 60}
_DEFAULT_DAYS = 30
_OPEN_ENDED = {AskKind.CHOICE, AskKind.ACCOUNT}
"""Nothing is done for want of an answer, so that people are reminded of these for as long as it takes."""


@dataclass(frozen=True)
class AskTimes:
    """What an operator chose for all asks."""

    calendar: Calendar
    remind_after: timedelta
    deadline_after: timedelta | None = None
    """None: 30 calendar days, and 60 for questions to the carrier and to support."""
    escalate_at_reminder: int = 0
    """The how manieth reminder also goes to a second recipient; 0: none does."""

    def plan(self, kind: AskKind, since: datetime, ends: datetime | None = None) -> AskPlan:
        """All instants of an ask; all of them fall into working hours.

        Args:
            kind: what is awaited from a person; a transfer passes by itself, and nobody is reminded of it.
            since: when it is asked, or when it is planned anew.
            ends: when it ends, where that is known already.
        """
        if kind is AskKind.TRANSFER:
            return AskPlan(reminders=[], deadline=ends)
        deadline = self._deadline(kind, since, ends)
        reminders = self.calendar.reminders(since, self.remind_after, deadline)
        nth = self.escalate_at_reminder
        escalate_at = reminders[nth - 1] if 0 < nth <= len(reminders) else None
        return AskPlan(reminders=reminders, deadline=deadline, escalate_at=escalate_at)

    def _deadline(self, kind: AskKind, since: datetime, ends: datetime | None) -> datetime | None:
        if kind in _OPEN_ENDED:
            return None
        wait = self.deadline_after or timedelta(days=_DAYS.get(kind, _DEFAULT_DAYS))
        return self.calendar.next_open(ends or since + wait)
