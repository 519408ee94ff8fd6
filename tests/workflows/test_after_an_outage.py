"""Days without any worker: everything catches up at once, one reminder comes, and an answer that came in time counts.

A day lasts a second and a half here, since the clock of the skipping server stands still while work waits for a worker.
"""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from domain.messages import Progress
from tests.workflows.stage import Stage
from tests.workflows.story import events_about, states

ONE, TWO = "+15125550231", "+15125550232"
DAY = 1.5
# Every hour is a working hour, and a reminder comes each day.
pytestmark = pytest.mark.settings(working_hours="always", remind_after=DAY, ask_deadline=40 * DAY)
DEADLINE_OF_THREE_DAYS = pytest.mark.settings(ask_deadline=3 * DAY)


class Outage:
    """A time in which no worker of a stage runs."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._ended = 0.0
        self._began = datetime.now(UTC)

    async def begins(self) -> None:
        await self._stage.workers.stop()
        self._began = datetime.now(UTC)

    async def lasts(self, days: float) -> None:
        await asyncio.sleep(days * DAY)

    async def ends(self) -> None:
        self._ended = time.monotonic()
        await self._stage.workers.start()

    def reminders_since(self, progress: Progress) -> list[datetime]:
        """When people were reminded after the outage began."""
        return [event.at for event in events_about(progress, "reminded") if event.at > self._began]

    def is_caught_up_in_a_minute(self) -> bool:
        return time.monotonic() - self._ended < 60


@pytest.fixture
def outage(stage: Stage) -> Outage:
    return Outage(stage)


async def test_after_three_days_there_is_one_reminder_not_three(stage: Stage, outage: Outage) -> None:
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await outage.begins()
    await outage.lasts(days=3.5)
    await outage.ends()
    await story.until(lambda progress: len(outage.reminders_since(progress)) > 1)
    assert outage.is_caught_up_in_a_minute()
    reminders = outage.reminders_since(await story.completes(ONE))
    assert all(later - earlier > timedelta(seconds=DAY / 2) for earlier, later in pairwise(reminders))


async def test_a_request_catches_up_with_telnyx_within_a_minute(stage: Stage, outage: Outage) -> None:
    story = await stage.in_review(ONE, TWO)
    await outage.begins()
    await stage.set_status(ONE, "successful", {ONE: "successful", TWO: "failed_number_not_found"})
    await outage.lasts(days=3)
    await outage.ends()
    assert states(await story.ends("partly_active")) == {ONE: "active", TWO: "failed"}
    assert outage.is_caught_up_in_a_minute()


@DEADLINE_OF_THREE_DAYS
async def test_a_code_signalled_before_its_deadline_counts_although_no_worker_ran(stage: Stage, outage: Outage) -> None:
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await outage.begins()
    await outage.lasts(days=1)
    await story.signal_code(ONE)
    await outage.lasts(days=4)
    await outage.ends()
    result = await story.ends("active")
    assert outage.is_caught_up_in_a_minute()
    assert not outage.reminders_since(result), "the code was there before a reminder could be sent"


@DEADLINE_OF_THREE_DAYS
async def test_a_deadline_that_passed_without_an_answer_ends_the_request_without_a_reminder(
    stage: Stage, outage: Outage
) -> None:
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await outage.begins()
    await outage.lasts(days=4)
    await outage.ends()
    result = await story.ends("expired")
    assert outage.is_caught_up_in_a_minute()
    assert not outage.reminders_since(result)
    assert await stage.order_statuses(ONE) == ["deleted"]


async def test_requests_that_waited_together_all_catch_up_within_a_minute(stage: Stage, outage: Outage) -> None:
    numbers = [f"+1512555024{place}" for place in range(10)]
    stories = [await stage.request(number) for number in numbers]
    for story in stories:
        await story.until_asked("codes")
    await outage.begins()
    for story, number in zip(stories, numbers, strict=True):
        await story.signal_code(number)
    await outage.lasts(days=3)
    await outage.ends()
    for story in stories:
        await story.ends("active")
    assert outage.is_caught_up_in_a_minute()
