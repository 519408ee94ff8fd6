"""Numbers that join an ask which is open already: people hear of them, and each has its full time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from adapters.order_holders import TemporalOrderHolders
from domain.messages import AskView
from tests.workflows.receivers import Post, Receiver, channels_file, receiving, webhook
from tests.workflows.stage import Stage, Story, staged, states

ONE, TWO, THREE = "+15125550291", "+15125550292", "+15125550293"


async def _until_about(story: Story, kind: str, *numbers: str) -> AskView:
    seen = await story.until(lambda progress: [ask for ask in progress.asks if ask.numbers == list(numbers)])
    [ask] = [ask for ask in seen.asks if ask.kind == kind]
    return ask


@pytest.mark.parametrize(
    ("kind", "word"),
    [("carrier", "failed_carrier_rejected"), ("support", "failed_number_already_hosted")],
    ids=["carrier", "support"],
)
async def test_a_number_that_joins_late_has_its_full_time_and_so_have_those_it_joins(
    skipping: Stage, skipping_server: WorkflowEnvironment, kind: str, word: str
) -> None:
    story = await skipping.in_review(ONE, TWO, THREE)
    await skipping.act(ONE, numbers={ONE: word})
    await skipping_server.sleep(timedelta(hours=2))
    first = await story.until_asked(kind)
    await skipping_server.sleep(timedelta(days=58))
    await skipping.act(ONE, order="successful", numbers={TWO: word, THREE: "successful"})
    await skipping_server.sleep(timedelta(hours=2))
    joined = await _until_about(story, kind, ONE, TWO)
    assert first.deadline is not None
    assert joined.deadline is not None
    assert (joined.id, joined.since) == (first.id, first.since)
    assert joined.deadline - first.deadline >= timedelta(days=55), "about as much as lay between the two"
    result = await story.ends("partly_active")
    assert states(result) == {ONE: "given_up", TWO: "given_up", THREE: "active"}
    assert joined.deadline <= result.events[-1].at


@asynccontextmanager
async def _told_of(server: WorkflowEnvironment, folder: Path) -> AsyncIterator[tuple[Stage, Receiver]]:
    async with receiving() as receiver:
        path = channels_file(folder, webhook(receiver))
        async with staged(server, TemporalOrderHolders(server.client), channels=path, codes_at_most=1) as stage:
            yield stage, receiver


def _told(posts: list[Post], kind: str) -> list[tuple[str, str, list[str]]]:
    """What a program was told of asks of a kind: the event, the ask and its numbers; events may come in any order."""
    told = [post.proven() for post in posts]
    about = [(one["type"], one["data"]) for one in told if one["data"]["kind"] == kind]
    return sorted((event, data["ask"], data["ends"]) for event, data in about)


async def _told_by_the_end(receiver: Receiver, kind: str) -> list[tuple[str, str, list[str]]]:
    await receiver.until_told("request_ended")
    await receiver.until(lambda posts: len(_told(posts, kind)) > 1)
    return _told(receiver.posts, kind)


def _opened_and_joined(ask: AskView) -> list[tuple[str, str, list[str]]]:
    return [("ask_opened", ask.id, ["…0291"]), ("ask_opened", ask.id, ["…0291", "…0292"])]


async def test_programs_hear_of_a_number_that_joins_under_the_same_ask_and_of_nothing_when_none_does(
    live_server: WorkflowEnvironment, tmp_path: Path
) -> None:
    refused = "failed_carrier_rejected"
    async with _told_of(live_server, tmp_path) as (stage, receiver):
        story = await stage.in_review(ONE, TWO, THREE)
        await stage.act(ONE, numbers={ONE: refused})
        ask = await story.until_asked("carrier")
        await stage.act(ONE, numbers={TWO: refused})
        await _until_about(story, "carrier", ONE, TWO)
        await story.give_up(ONE)
        await stage.act(THREE, order="successful", numbers={THREE: "successful"})
        await _until_about(story, "carrier", TWO)
        await story.give_up(TWO)
        await story.ends("partly_active")
        assert await _told_by_the_end(receiver, "carrier") == _opened_and_joined(ask)


async def test_a_number_that_no_code_reaches_joins_the_others_and_takes_nobodys_place(
    live_server: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with _told_of(live_server, tmp_path) as (stage, receiver):
        story = await stage.request(ONE, TWO)
        await story.until_asked("codes")
        await story.resend(ONE)
        ask = await story.until_asked("support")
        for number in (TWO, ONE, TWO):
            await story.resend(number)
            assert (await _until_about(story, "support", ONE, TWO)).id == ask.id
        await story.answer(ask, "give_up")
        assert set(states(await story.ends("not_active")).values()) == {"given_up"}
        assert await _told_by_the_end(receiver, "support") == _opened_and_joined(ask)
