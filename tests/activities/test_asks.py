"""An ask is planned from the instant that the workflow gives, and people are notified of it in the same activity."""

from datetime import UTC, datetime, timedelta

import pytest

from activities.asks import AskActivities
from domain.activity_io import PlanAsk
from domain.ask_times import AskTimes
from domain.calendar import CENTRAL, Calendar
from domain.deliveries import NotStarted
from domain.notification import Notification
from domain.vocabulary import AskKind
from tests.activities.stage import Attempt

DAY = timedelta(days=1)
MONDAY = datetime(2026, 11, 30, 10, tzinfo=CENTRAL)
OPENED = Notification(event="ask_opened", reference="r-1", ask="ask-1", kind="codes", numbers=2)
TIMES = AskTimes(Calendar(), DAY, escalate_at_reminder=3)


class FakeNotifier:
    """Keeps what is published, or fails to start each delivery."""

    def __init__(self, *, fails: bool = False) -> None:
        self.published: list[Notification] = []
        self._fails = fails

    async def publish(self, notification: Notification) -> None:
        if self._fails:
            raise NotStarted(notification.event)
        self.published.append(notification)


async def test_a_plan_counts_from_the_given_instant_in_any_time_zone() -> None:
    step = AskActivities(TIMES, FakeNotifier()).plan_ask
    for now in (MONDAY, MONDAY.astimezone(UTC)):
        plan = await Attempt().run(step, PlanAsk(kind=AskKind.CODES, now=now, news=OPENED))
        assert plan == TIMES.plan(AskKind.CODES, MONDAY)
        assert plan.escalate_at == plan.reminders[2] == MONDAY + 3 * DAY


@pytest.mark.parametrize("kind", [AskKind.CODES, AskKind.ACCOUNT])
async def test_people_are_notified_of_a_planned_ask_with_its_deadline_if_it_has_one(kind: AskKind) -> None:
    notifier = FakeNotifier()
    plan = await Attempt().run(AskActivities(TIMES, notifier).plan_ask, PlanAsk(kind=kind, now=MONDAY, news=OPENED))
    [published] = notifier.published
    assert (published.event, published.reference, published.ask) == ("ask_opened", "r-1", "ask-1")
    assert published.deadline == plan.deadline
    assert (plan.deadline is None) is (kind is AskKind.ACCOUNT)


async def test_a_new_plan_without_a_notification_keeps_its_deadline_and_notifies_no_one() -> None:
    notifier = FakeNotifier()
    work = PlanAsk(kind=AskKind.CODES, now=MONDAY, ends=MONDAY + 2 * DAY)
    plan = await Attempt().run(AskActivities(TIMES, notifier).plan_ask, work)
    assert (plan.deadline, notifier.published) == (MONDAY + 2 * DAY, [])


async def test_a_repeated_activity_publishes_the_same_event_id() -> None:
    notifier = FakeNotifier()
    step = AskActivities(TIMES, notifier).notify
    first, another = Attempt(), Attempt()
    another.change_info(activity_id="another")
    for attempt in (first, first.next(), another):
        await attempt.run(step, OPENED)
    ids = [notification.event_id for notification in notifier.published]
    assert ids[0] == ids[1] != ids[2]
    assert all(event_id.startswith("evt_") for event_id in ids)


async def test_a_notification_that_could_not_start_comes_back_as_it_would_have_been_published() -> None:
    failing, notifier = AskActivities(TIMES, FakeNotifier(fails=True)), FakeNotifier()
    working, work = AskActivities(TIMES, notifier), PlanAsk(kind=AskKind.CODES, now=MONDAY, news=OPENED)
    unsent = [(await Attempt().run(failing.plan_ask, work)).untold, await Attempt().run(failing.notify, OPENED)]
    assert (await Attempt().run(working.plan_ask, work)).untold is None
    assert await Attempt().run(working.notify, OPENED) is None
    assert unsent == notifier.published
