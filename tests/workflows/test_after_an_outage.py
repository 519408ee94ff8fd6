"""Days without any worker: everything catches up at once, people are reminded once, and what came in time counts.

A day lasts a second and a half here: the skipping server's clock stands still while work waits for a worker.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from temporalio.testing import WorkflowEnvironment

from adapters.order_holders import TemporalOrderHolders
from domain.messages import Progress
from tests.workflows.stage import Stage, Story, staged, states

ONE, TWO = "+15125550231", "+15125550232"
A_MINUTE = 60.0
DAY = 1.5
DEADLINE = 40
"""Days after which an ask ends."""


@pytest.fixture
async def around_the_clock(live_server: WorkflowEnvironment, request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """A stage where every hour is a working hour, and a reminder comes each day."""
    deadline = getattr(request, "param", DEADLINE) * DAY
    settings = {"working_hours": "always", "remind_after": DAY, "ask_deadline": deadline}
    async with staged(live_server, TemporalOrderHolders(live_server.client), **settings) as stage:
        yield stage


SHORT = pytest.mark.parametrize("around_the_clock", [3], indirect=True, ids=["deadline of three days"])


class Outage:
    """A time in which no worker of a stage is there."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._ended = 0.0
        self._began = datetime.now(UTC)

    async def begins(self) -> None:
        await self._stage.workers.stop()
        self._began = datetime.now(UTC)

    async def lasts(self, days: float) -> None:
        await asyncio.sleep(days * DAY)  # no wait for something else: the time that passes is what the story is about

    async def ends(self) -> None:
        self._ended = time.monotonic()
        await self._stage.workers.start()

    def reminders_since(self, progress: Progress) -> list[datetime]:
        """When people were reminded after the outage began."""
        return [at for at in _reminders(progress) if at > self._began]

    @property
    def seconds_since(self) -> float:
        """Real time since the outage ended."""
        return time.monotonic() - self._ended


@pytest.fixture
def outage(around_the_clock: Stage) -> Outage:
    return Outage(around_the_clock)


def _reminders(progress: Progress) -> list[datetime]:
    return [event.at for event in progress.events if event.what.startswith("Reminded")]


async def _signal_code(stage: Stage, story: Story, number: str) -> None:
    codes = [{"phone_number": number, "code": await stage.code(number)}]
    await story.handle.signal("codes", {"codes": codes, "by": "a script"})


async def test_after_three_days_there_is_one_reminder_not_three(around_the_clock: Stage, outage: Outage) -> None:
    story = await around_the_clock.request(ONE)
    await story.until_asked("codes")
    await outage.begins()
    await outage.lasts(days=3.5)
    await outage.ends()
    await story.until(lambda progress: len(outage.reminders_since(progress)) > 1)
    assert outage.seconds_since < A_MINUTE
    await story.codes(ONE)
    reminders = outage.reminders_since(await story.ends("active"))
    assert all(later - earlier > timedelta(seconds=DAY / 2) for earlier, later in pairwise(reminders))


async def test_what_telnyx_did_meanwhile_is_caught_up_within_a_minute(around_the_clock: Stage, outage: Outage) -> None:
    await around_the_clock.control("settings", {"review_seconds": 600})
    story = await around_the_clock.request(ONE, TWO)
    await story.until_asked("codes")
    await story.codes(ONE, TWO)
    await story.until_step("review")
    await outage.begins()
    await around_the_clock.act(ONE, order="successful", numbers={ONE: "successful", TWO: "failed_number_not_found"})
    await outage.lasts(days=3)
    await outage.ends()
    result = await story.ends("partly_active")
    assert outage.seconds_since < A_MINUTE
    assert states(result) == {ONE: "active", TWO: "failed"}


@SHORT
async def test_a_code_signalled_before_its_deadline_counts_although_nobody_was_there(
    around_the_clock: Stage, outage: Outage
) -> None:
    story = await around_the_clock.request(ONE)
    await story.until_asked("codes")
    await outage.begins()
    await outage.lasts(days=1)
    await _signal_code(around_the_clock, story, ONE)
    await outage.lasts(days=4)
    await outage.ends()
    result = await story.ends("active")
    assert outage.seconds_since < A_MINUTE
    assert not outage.reminders_since(result), "the code was there before anybody could be reminded"


@SHORT
async def test_a_deadline_that_passed_without_an_answer_ends_the_request_without_a_reminder(
    around_the_clock: Stage, outage: Outage
) -> None:
    story = await around_the_clock.request(ONE)
    await story.until_asked("codes")
    await outage.begins()
    await outage.lasts(days=4)
    await outage.ends()
    result = await story.ends("expired")
    assert outage.seconds_since < A_MINUTE
    assert not outage.reminders_since(result)
    assert [order["status"] for order in await around_the_clock.orders(ONE)] == ["deleted"]


async def test_requests_that_waited_together_all_catch_up_within_a_minute(
    around_the_clock: Stage, outage: Outage
) -> None:
    numbers = [f"+1512555024{place}" for place in range(10)]
    stories = [await around_the_clock.request(number) for number in numbers]
    for story in stories:
        await story.until_asked("codes")
    await outage.begins()
    for story, number in zip(stories, numbers, strict=True):
        await _signal_code(around_the_clock, story, number)
    await outage.lasts(days=3)
    await outage.ends()
    for story in stories:
        await story.ends("active")
    assert outage.seconds_since < A_MINUTE
