"""Asks in time: when to remind, when to give up waiting, and telling people."""

import hashlib

from temporalio import activity

from activities.ports import Notifier
from domain.activity_io import AskPlan, PlanAsk
from domain.ask_times import AskTimes
from domain.deliveries import NotStarted
from domain.notification import Notification


class AskActivities:
    """Plans asks and notifies people; local work that never calls Telnyx."""

    def __init__(self, times: AskTimes, notifier: Notifier) -> None:
        self._times = times
        self._notifier = notifier

    @activity.defn(name="plan_ask")
    async def plan_ask(self, ask: PlanAsk) -> AskPlan:
        """The next reminder instants and the deadline of an ask, in working hours; `now` is the workflow's, not ours.

        People are told of the ask here as well, so that it costs the request no second event. When that could not be
        begun, the plan holds the news, for the workflow to deliver.
        """
        plan = self._times.plan(ask.kind, ask.now, ask.ends)
        if ask.news is None:
            return plan
        untold = await self._publish(ask.news.model_copy(update={"deadline": plan.deadline}))
        return plan.model_copy(update={"untold": untold})

    @activity.defn(name="notify")
    async def notify(self, news: Notification) -> Notification | None:
        """Tell people, without waiting until they are told; what could not be begun comes back."""
        return await self._publish(news)

    async def _publish(self, news: Notification) -> Notification | None:
        """Give news out; it comes back, for the workflow to deliver, when Temporal takes no start within seconds.

        It is not tried again here: a request waits for this, and its own start of the delivery cannot be lost.
        """
        news = news.model_copy(update={"event_id": news.event_id or event_id(news.event)})
        try:
            await self._notifier.publish(news)
        except NotStarted:
            return news
        return None


def event_id(event: str) -> str:
    """The id of what this activity publishes: the same however often the activity is repeated."""
    info = activity.info()
    place = f"{info.workflow_id}\n{info.workflow_run_id}\n{info.activity_id}\n{event}"
    return f"evt_{hashlib.sha256(place.encode()).hexdigest()[:32]}"
