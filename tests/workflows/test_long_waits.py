"""Days and weeks of waiting, on the server whose clock skips ahead."""

import asyncio
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from temporalio.client import WorkflowUpdateStage
from temporalio.testing import WorkflowEnvironment

from domain.messages import Answer, Progress, ReplaceDocuments
from services.updates import UPDATES
from tests.workflows.stage import PATIENCE, Stage, Story, states

ONE, TWO = "+15125550151", "+15125550152"
NOT_CHECKED_NOW = "+15005550008"


def _reminders(progress: Progress) -> list[datetime]:
    return [event.at for event in progress.events if event.what.startswith("Reminded")]


async def _events(story: Story) -> int:
    return len((await story.handle.fetch_history()).events)


async def test_three_days_of_polling_add_no_history(skipping: Stage, skipping_server: WorkflowEnvironment) -> None:
    await skipping.control("settings", {"review_seconds": 3600})
    story = await skipping.request(ONE)
    await story.until_asked("codes")
    await story.codes(ONE)
    await story.until_step("review")
    await skipping_server.sleep(timedelta(days=14))  # the last step, and being told that it is late, are behind us
    events, looks = await _events(story), await _looks(skipping, ONE)
    await skipping_server.sleep(timedelta(days=3))
    assert await _looks(skipping, ONE) - looks >= 60, "hourly looks for three days"
    assert await _events(story) == events
    await skipping.act(ONE, order="successful", numbers={ONE: "successful"})
    await story.ends("active")


async def test_reminders_come_once_a_working_day_and_the_deadline_expires_the_request(skipping: Stage) -> None:
    story = await skipping.request(ONE, TWO)
    await story.until_asked("codes")
    result = await story.ends("expired")
    assert states(result) == {ONE: "given_up", TWO: "given_up"}
    reminded = [event.at for event in result.events if event.what == "Reminded about codes."]
    assert 16 <= len(reminded) <= 22, "30 calendar days have about 21 working days, fewer at Thanksgiving and Christmas"
    assert len({at.date() for at in reminded}) == len(reminded)
    assert all(at.weekday() < 5 for at in reminded)
    assert [order["status"] for order in await skipping.orders(ONE)] == ["deleted"]


async def test_a_question_about_an_odd_word_never_expires_into_an_action_and_never_falls_silent(
    skipping: Stage, skipping_server: WorkflowEnvironment
) -> None:
    await skipping.control("settings", {"review_seconds": 3600})
    story = await skipping.request(ONE)
    await story.until_asked("codes")
    await story.codes(ONE)
    await story.until_step("review")
    await skipping.act(ONE, order="frozen_by_gnomes")
    await skipping_server.sleep(timedelta(hours=2))
    ask = await story.until_asked("choice")
    assert ask.deadline is None
    await skipping_server.sleep(timedelta(days=120))
    seen = await story.look()
    reminders = _reminders(seen)
    assert timedelta(days=110) < reminders[-1] - reminders[0] < timedelta(days=120)
    assert max(later - earlier for earlier, later in pairwise(reminders)) < timedelta(days=6), "some days are closed"
    assert [event.what for event in seen.events].count("Escalated choice.") == 1
    await story.answer(ask, "give_up")
    result = await story.ends("not_active")
    assert states(result) == {ONE: "given_up"}


@pytest.mark.parametrize("kind", ["500", "429", "reset", "401"])
async def test_a_night_of_trouble_at_telnyx_fails_nothing(
    skipping: Stage, skipping_server: WorkflowEnvironment, kind: str
) -> None:
    story = await skipping.request(ONE)
    await story.until_asked("codes")
    await skipping.faults(rate=1, kinds=[kind], seed=1)
    await skipping_server.sleep(timedelta(hours=12))
    await skipping.faults()
    if kind == "401":
        await story.answer(await story.until_asked("account"), "again")
    await story.resend(ONE)
    await story.codes(ONE)
    await story.ends("active")


async def _looks(stage: Stage, number: str) -> int:
    return await stage.calls("GET", await stage.the_order(number))


async def test_an_loa_that_grew_old_before_a_later_round_is_asked_for_anew(
    skipping: Stage, skipping_server: WorkflowEnvironment
) -> None:
    await skipping.control("settings", {"review_seconds": 3600})
    story = await skipping.request(ONE)
    await story.until_asked("codes")
    await story.codes(ONE)
    await story.until_step("review")
    await skipping_server.sleep(timedelta(days=31))
    await skipping.act(ONE, order="carrier_rejected")
    await skipping_server.sleep(timedelta(hours=2))
    await story.until_asked("carrier")
    await story.retry(ONE)
    await story.until_asked("codes")
    await story.codes(ONE)
    ask = await story.until_asked("documents")
    assert "more than 30 days ago" in ask.guidance
    papers = await skipping.papers(story.reference)
    await skipping.control("settings", {"review_seconds": 0.3})
    await story.documents(loa=papers["loa"])
    await story.ends("active")


@pytest.mark.parametrize(("refused", "asked"), [("401", "account"), ("423", "choice")])
async def test_an_loa_that_grew_old_while_its_upload_waited_for_a_person_does_not_go_up(
    skipping: Stage, skipping_server: WorkflowEnvironment, refused: str, asked: str
) -> None:
    story = await skipping.request(ONE)
    await story.until_asked("codes")
    await skipping.faults(rate=1, kinds=[refused], calls=["upload"], seed=1)
    await story.codes(ONE)
    held_up = await story.until_asked(asked)
    await skipping_server.sleep(timedelta(days=40))
    await skipping.faults()
    await story.answer(held_up, "again")
    ask = await story.until_asked("documents")
    assert "more than 30 days ago" in ask.guidance
    assert [order["uploads"] for order in await skipping.orders(ONE)] == [[]]
    await story.documents()
    await story.ends("active")
    [order] = await skipping.orders(ONE)
    assert len(order["uploads"]) == 1


async def test_whoever_writes_between_two_tries_is_answered_in_time_all_the_same(
    skipping: Stage, skipping_server: WorkflowEnvironment
) -> None:
    story = await skipping.request(NOT_CHECKED_NOW)
    await skipping.until_called(2)  # the profile, and the check that could not be made
    await skipping_server.sleep(timedelta(seconds=5))  # of the 30 until the check is made again
    papers = ReplaceDocuments(**await skipping.papers(story.reference), by="test")
    told = await story.handle.start_update(
        UPDATES[ReplaceDocuments], papers, wait_for_stage=WorkflowUpdateStage.ACCEPTED, result_type=Answer
    )
    await skipping_server.sleep(timedelta(seconds=45))
    async with asyncio.timeout(PATIENCE):
        assert (await told.result()).accepted
