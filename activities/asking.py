"""Asks in time: when to remind, when to give up waiting, and telling people."""

from datetime import timedelta

import structlog
from temporalio import activity

from domain.calendar import Calendar
from domain.vocabulary import AskKind
from domain.work import AskPlan, Notification, PlanAsk

log = structlog.get_logger(__name__)

_DAYS = {AskKind.CARRIER: 60, AskKind.SUPPORT: 60}
_DEFAULT_DAYS = 30


class AskingActivities:
    """Plans asks and notifies people; local work that never calls Telnyx."""

    def __init__(self, calendar: Calendar, remind_after: float, ask_deadline: float | None) -> None:
        self._calendar = calendar
        self._remind_after = timedelta(seconds=remind_after)
        self._ask_deadline = timedelta(seconds=ask_deadline) if ask_deadline else None

    @activity.defn(name="plan_ask")
    async def plan_ask(self, ask: PlanAsk) -> AskPlan:
        """All reminder instants and the deadline of an ask, in working hours; `now` is the workflow's, not ours."""
        log.info("ask_opened", reference=ask.reference, ask=ask.ask, kind=ask.kind, numbers=ask.numbers)
        wait = self._ask_deadline or timedelta(days=_DAYS.get(ask.kind, _DEFAULT_DAYS))
        deadline = self._calendar.next_open(ask.now + wait)
        return AskPlan(reminders=self._calendar.reminders(ask.now, self._remind_after, deadline), deadline=deadline)

    @activity.defn(name="notify")
    async def notify(self, news: Notification) -> None:
        """Tell people; for now a log event, which programs can watch for."""
        log.info(news.event, **news.model_dump(exclude={"event"}, exclude_defaults=True))
