"""The times of an ask, and the notification of people about it."""

import hashlib

from temporalio import activity

from activities.ports import Notifier
from domain.activity_io import AskPlan, PlanAsk
from domain.ask_times import AskTimes
from domain.deliveries import NotStarted
from domain.notification import Notification


class AskActivities:
    """Plans asks and notifies people. Nothing here calls Telnyx."""

    def __init__(self, times: AskTimes, notifier: Notifier) -> None:
        self._times = times
        self._notifier = notifier

    @activity.defn(name="plan_ask")
    async def plan_ask(self, ask: PlanAsk) -> AskPlan:
        """Plan the reminders and the deadline of an ask, counted from `ask.now`, and notify people of it.

        Both happen in one activity, so that an ask costs the request's history no second one. A notification whose
        delivery could not start comes back in the plan: the workflow delivers it.
        """
        plan = self._times.plan(ask.kind, ask.now, ask.ends)
        if ask.news is None:
            return plan
        unsent = await self._publish(ask.news.model_copy(update={"deadline": plan.deadline}))
        return plan.model_copy(update={"untold": unsent})

    @activity.defn(name="notify")
    async def notify(self, notification: Notification) -> Notification | None:
        """Start the delivery of a notification; one whose delivery could not start comes back."""
        return await self._publish(notification)

    async def _publish(self, notification: Notification) -> Notification | None:
        """A failed start is not tried again here: the request waits for this, and its own start cannot be lost."""
        event_id = notification.event_id or _event_id(notification.event)
        notification = notification.model_copy(update={"event_id": event_id})
        try:
            await self._notifier.publish(notification)
        except NotStarted:
            return notification
        return None


def _event_id(event: str) -> str:
    """The id of what this activity publishes; every repetition of the activity has the same."""
    info = activity.info()
    origin = f"{info.workflow_id}\n{info.workflow_run_id}\n{info.activity_id}\n{event}"
    return f"evt_{hashlib.sha256(origin.encode()).hexdigest()[:32]}"
