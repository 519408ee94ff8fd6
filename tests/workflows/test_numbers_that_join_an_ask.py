"""Numbers that join an open ask: people are notified of them, and every number of the ask gets the full time."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from adapters.order_holders import TemporalOrderHolders
from domain.messages import AskView
from tests.workflows.receivers import Post, Receiver, channels_file, receiving, webhook
from tests.workflows.stage import Stage, staged
from tests.workflows.story import Story, states

ONE, TWO, THREE = "+15125550291", "+15125550292", "+15125550293"
REJECTED = "failed_carrier_rejected"


async def _until_about(story: Story, kind: str, *numbers: str) -> AskView:
    seen = await story.until(lambda progress: [ask for ask in progress.asks if ask.numbers == list(numbers)])
    [ask] = [ask for ask in seen.asks if ask.kind == kind]
    return ask


@pytest.mark.parametrize(
    ("kind", "status"),
    [("carrier", REJECTED), ("support", "failed_number_already_hosted")],
    ids=["carrier", "support"],
)
async def test_a_number_that_joins_late_has_its_full_time_and_so_have_those_it_joins(
    skipping: Stage, skipping_server: WorkflowEnvironment, kind: str, status: str
) -> None:
    story = await skipping.in_review(ONE, TWO, THREE)
    await skipping.set_status(ONE, numbers={ONE: status})
    await skipping_server.sleep(timedelta(hours=2))
    first = await story.until_asked(kind)
    await skipping_server.sleep(timedelta(days=58))
    await skipping.set_status(ONE, "successful", {TWO: status, THREE: "successful"})
    await skipping_server.sleep(timedelta(days=1))
    joined = await _until_about(story, kind, ONE, TWO)
    assert first.deadline is not None
    assert joined.deadline is not None
    assert (joined.id, joined.since) == (first.id, first.since)
    assert joined.deadline - first.deadline >= timedelta(days=55), "about as much as lay between the two"
    result = await story.ends("partly_active")
    assert states(result) == {ONE: "given_up", TWO: "given_up", THREE: "active"}
    assert joined.deadline <= result.events[-1].at


Notified = tuple[Stage, Receiver]


@pytest.fixture
async def notified(live_server: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[Notified]:
    """A stage on which a number is sent one code at most, and the receiver of its notifications."""
    async with receiving() as receiver:
        path = channels_file(tmp_path, webhook(receiver))
        async with staged(
            live_server, TemporalOrderHolders(live_server.client), channels=path, codes_at_most=1
        ) as stage:
            yield stage, receiver


def _about(posts: list[Post], kind: str) -> list[tuple[str, str, list[str]]]:
    """The event, the ask and its numbers, for the notifications of asks of a kind. They may arrive in any order."""
    found = [post.proven() for post in posts]
    about = [(one["type"], one["data"]) for one in found if one["data"]["kind"] == kind]
    return sorted((event, data["ask"], data["ends"]) for event, data in about)


async def _opened_and_joined(receiver: Receiver, ask: AskView) -> bool:
    """Whether programs were notified, by the end, of the ask and of the second number that joined it."""
    await receiver.until_notified("request_ended")
    await receiver.until(lambda posts: len(_about(posts, ask.kind)) > 1)
    expected = [("ask_opened", ask.id, ["…0291"]), ("ask_opened", ask.id, ["…0291", "…0292"])]
    return _about(receiver.posts, ask.kind) == expected


async def test_programs_are_notified_when_a_number_joins_and_not_when_one_leaves(notified: Notified) -> None:
    stage, receiver = notified
    story = await stage.in_review(ONE, TWO, THREE)
    await stage.set_status(ONE, numbers={ONE: REJECTED})
    ask = await story.until_asked("carrier")
    await stage.set_status(ONE, numbers={TWO: REJECTED})
    await _until_about(story, "carrier", ONE, TWO)
    await story.give_up(ONE)
    await stage.approve(THREE)
    await _until_about(story, "carrier", TWO)
    await story.give_up(TWO)
    await story.ends("partly_active")
    assert await _opened_and_joined(receiver, ask)


async def test_a_number_that_no_code_reaches_joins_the_ask_and_replaces_no_other(notified: Notified) -> None:
    stage, receiver = notified
    story = await stage.request(ONE, TWO)
    await story.until_asked("codes")
    await story.resend(ONE)
    ask = await story.until_asked("support")
    for number in (TWO, ONE, TWO):
        await story.resend(number)
        assert (await _until_about(story, "support", ONE, TWO)).id == ask.id
    await story.answer(ask, "give_up")
    assert set(states(await story.ends("not_active")).values()) == {"given_up"}
    assert await _opened_and_joined(receiver, ask)
