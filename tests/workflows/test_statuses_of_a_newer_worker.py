"""Workers of two versions run at once: a next step that this version does not know becomes a question."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import temporalio.client
import temporalio.worker
from temporalio import activity
from temporalio.testing import WorkflowEnvironment

from adapters.order_holders import TemporalOrderHolders
from domain.messages import AskView
from tests.workflows.stage import Stage, staged
from tests.workflows.story import Story, states

ONE = "+15125550291"
BECAUSE = "The moon is full."


class NewerWorker(temporalio.client.Interceptor, temporalio.worker.Interceptor):
    """Answers the calls of one activity as a later version might, until that is switched off."""

    def __init__(self) -> None:
        self.answers = ""

    def intercept_activity(
        self,
        next: temporalio.worker.ActivityInboundInterceptor,  # noqa: A002 - the SDK's name
    ) -> temporalio.worker.ActivityInboundInterceptor:
        return _Answering(next, self)


class _Answering(temporalio.worker.ActivityInboundInterceptor):
    def __init__(self, then: temporalio.worker.ActivityInboundInterceptor, newer: NewerWorker) -> None:
        super().__init__(then)
        self._newer = newer

    async def execute_activity(self, input: temporalio.worker.ExecuteActivityInput) -> Any:  # noqa: A002 - as above
        if activity.info().activity_type != self._newer.answers:
            return await self.next.execute_activity(input)
        return {"next": "hesitate", "because": BECAUSE}


@pytest.fixture
def newer() -> NewerWorker:
    return NewerWorker()


@pytest.fixture
async def mixed(live_server: WorkflowEnvironment, newer: NewerWorker) -> AsyncIterator[Stage]:
    """A stage with such a worker."""
    config = live_server.client.config()
    config["interceptors"] = [newer]
    client = temporalio.client.Client(**config)
    async with staged(WorkflowEnvironment.from_client(client), TemporalOrderHolders(client)) as stage:
        yield stage


async def _asked(story: Story, newer: NewerWorker) -> AskView:
    ask = await story.until_asked("choice")
    newer.answers = ""  # not before: a poll that is just ending is asked as well, and its answer is dropped
    assert BECAUSE in ask.guidance
    assert ask.numbers == [ONE]
    assert [choice.choice for choice in ask.choices] == ["again", "give_up"]
    return ask


@pytest.mark.parametrize("step", ["check_eligibility", "place_order"])
async def test_nothing_is_ordered_on_an_unknown_next_step(mixed: Stage, newer: NewerWorker, step: str) -> None:
    newer.answers = step
    story = await mixed.request(ONE)
    ask = await _asked(story, newer)
    assert not await mixed.orders(ONE)
    await story.answer(ask, "again")
    assert (await story.completes(ONE)).order_ids == [await mixed.the_order(ONE)]


async def test_a_person_may_give_the_numbers_up(mixed: Stage, newer: NewerWorker) -> None:
    newer.answers = "place_order"
    story = await mixed.request(ONE)
    await story.answer(await _asked(story, newer), "give_up")
    assert states(await story.ends("not_active")) == {ONE: "given_up"}


async def test_documents_do_not_count_as_uploaded(mixed: Stage, newer: NewerWorker) -> None:
    newer.answers = "upload_documents"
    story = await mixed.request(ONE)
    await story.prove(ONE)
    ask = await _asked(story, newer)
    assert states(await story.look()) == {ONE: "verified"}
    await story.answer(ask, "again")
    await story.ends("active")


async def test_the_watch_goes_on(mixed: Stage, newer: NewerWorker) -> None:
    story = await mixed.in_review(ONE)
    newer.answers = "watch_order"
    await story.hint()
    await story.answer(await _asked(story, newer), "again")
    assert not (await story.look()).asks
    await mixed.approve(ONE)
    await story.ends("active")
