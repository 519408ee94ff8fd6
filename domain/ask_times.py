"""When an ask is reminded of, when a second recipient hears of it, and when it expires."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.calendar import Calendar
from domain.vocabulary import AskKind
from domain.work import AskPlan

_DAYS = {AskKind.CARRIER: 60, AskKind.SUPPORT: 60}
_DEFAULT_DAYS = 30


@dataclass(frozen=True)
class AskTimes:
    """What an operator chose for all asks."""

    calendar: Calendar
    remind_after: timedelta
    deadline_after: timedelta | None = None
    """None: 30 calendar days, and 60 for questions to the carrier and to support."""
    escalate_at_reminder: int = 0
    """The how manieth reminder also goes to a second recipient; 0: none does."""

    def plan(self, kind: AskKind, since: datetime) -> AskPlan:
        """All instants of an ask opened at `since`; all of them fall into working hours."""
        wait = self.deadline_after or timedelta(days=_DAYS.get(kind, _DEFAULT_DAYS))
        deadline = self.calendar.next_open(since + wait)
        reminders = self.calendar.reminders(since, self.remind_after, deadline)
        nth = self.escalate_at_reminder
        escalate_at = reminders[nth - 1] if 0 < nth <= len(reminders) else None
        return AskPlan(reminders=reminders, deadline=deadline, escalate_at=escalate_at)
