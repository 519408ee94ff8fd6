"""A request can be cancelled at every step, and its result says truly what is left at Telnyx."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from temporalio.client import WorkflowUpdateStage

from domain.messages import Answer, ReplaceDocuments
from services import progress
from services.errors import Refused
from services.updates import UPDATES
from tests.workflows.stage import Stage
from tests.workflows.story import Story, events_about, states
from tests.workflows.waiting import until

ONE, TWO = "+15125550121", "+15125550122"
Stop = Callable[[Story], Awaitable[object]]


async def by_temporal(story: Story) -> None:
    await story.handle.cancel()


STOPS = pytest.mark.parametrize("stop", [Story.cancel, by_temporal], ids=["update", "temporal"])


async def _hold(stage: Stage, call: str, seconds: float = 1) -> None:
    """Hold the next call of this kind open, for a second unless said otherwise."""
    await stage.faults(kinds=["slow"], delay=seconds, calls=[call], times=1)


async def _pending(story: Story) -> list[str]:
    """The activities whose end is awaited."""
    return [one.activity_type.name for one in (await story.handle.describe()).raw_description.pending_activities]


@STOPS
@pytest.mark.parametrize(
    ("call", "path"),
    [("eligibility", "eligibility_numbers_check"), ("create", "hosted_number_orders")],
    ids=["eligibility is checked", "the order is placed"],
)
async def test_cancelled_while(stage: Stage, stop: Stop, call: str, path: str) -> None:
    await _hold(stage, call)
    story = await stage.request(ONE)
    await until(lambda: stage.calls("POST", path))
    await stop(story)
    assert states(await story.ends("cancelled")) == {ONE: "given_up"}
    assert await stage.order_statuses(ONE) in ([], ["deleted"])  # the check's own task may place the order as well
    assert not await stage.calls("POST", "verification_codes")


@STOPS
async def test_no_sender_waits_for_the_call_that_a_cancel_interrupts(stage: Stage, stop: Stop) -> None:
    await _hold(stage, "create", seconds=4)
    story = await stage.request(ONE)
    await until(lambda: stage.calls("POST", "hosted_number_orders"))
    documents = ReplaceDocuments(**await stage.documents(story.reference), by="test")
    waiting = await story.handle.start_update(
        UPDATES[ReplaceDocuments], documents, wait_for_stage=WorkflowUpdateStage.ACCEPTED, result_type=Answer
    )
    await stop(story)
    assert not (await waiting.result()).accepted
    assert "ending" in await story.refusal(documents)
    assert await _pending(story) == ["place_order"], "the call is still under way"
    await story.ends("cancelled")
    assert await stage.order_statuses(ONE) in ([], ["deleted"])


@STOPS
async def test_nothing_is_ordered_after_a_cancel_during_the_removal_of_an_order(stage: Stage, stop: Stop) -> None:
    story = await stage.in_review(ONE, TWO)
    await stage.set_status(ONE, numbers={TWO: "failed_carrier_rejected"})
    await story.until_asked("carrier")
    await story.retry(TWO)
    await _hold(stage, "delete")
    await story.give_up(ONE)
    await story.until_running("delete_order")
    await stop(story)
    await story.ends("cancelled")
    assert await stage.order_statuses(TWO) == ["deleted"]


@STOPS
async def test_cancelled_between_two_attempts_to_place_the_order(stage: Stage, stop: Stop) -> None:
    await stage.faults(kinds=["timeout_after_commit"], calls=["create"], times=1, delay=0.5)
    story = await stage.request(ONE)
    await story.until_running("place_order")
    await stage.until_ordered(ONE)
    await stop(story)
    await story.ends("cancelled")
    assert await stage.order_statuses(ONE) == ["deleted"]


async def until_codes_are_awaited(stage: Stage) -> Story:
    story = await stage.request(ONE, TWO)
    await story.prove(ONE)
    return story


async def until_documents_are_awaited(stage: Stage) -> Story:
    story = await stage.request(ONE, TWO, documents=False)
    await story.prove(ONE, TWO)
    await story.until_asked("documents")
    return story


async def until_documents_are_uploaded(stage: Stage) -> Story:
    await stage.configure(review_seconds=600)
    story = await stage.request(ONE, TWO)
    await story.until_asked("codes")
    await _hold(stage, "upload")
    await story.codes(ONE, TWO)
    await story.until_running("upload_documents")
    return story


async def until_the_review(stage: Stage) -> Story:
    return await stage.in_review(ONE, TWO)


@STOPS
@pytest.mark.parametrize(
    "begin", [until_codes_are_awaited, until_documents_are_awaited, until_documents_are_uploaded, until_the_review]
)
async def test_cancelled_after_the_order_was_placed(
    stage: Stage, begin: Callable[[Stage], Awaitable[Story]], stop: Stop
) -> None:
    story = await begin(stage)
    await stop(story)
    assert states(await story.ends("cancelled")) == {ONE: "given_up", TWO: "given_up"}
    assert await stage.order_statuses(ONE) == ["deleted"]


@STOPS
async def test_cancelled_while_a_code_is_submitted(stage: Stage, stop: Stop) -> None:
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await _hold(stage, "submit_codes")
    submitting = asyncio.ensure_future(story.codes(ONE))
    await story.until_running("submit_codes")
    await stop(story)
    assert (await submitting).sentence
    await story.ends("cancelled")
    assert await stage.order_statuses(ONE) == ["deleted"]


async def test_an_active_number_is_never_switched_off_by_a_cancel(stage: Stage) -> None:
    story = await stage.in_review(ONE, TWO)
    await stage.set_status(ONE, "provisioning", {ONE: "successful"})
    await story.until(lambda progress: states(progress)[ONE] == "active")
    await story.cancel()
    result = await story.ends("partly_active")
    assert states(result) == {ONE: "active", TWO: "given_up"}
    assert await stage.the_order(ONE) in result.left_behind[0]
    assert await stage.order_statuses(ONE) == ["provisioning"]


async def test_a_cancel_leaves_a_rejected_number_rejected(stage: Stage) -> None:
    story = await stage.in_review(ONE, TWO)
    await stage.set_status(ONE, "successful", {ONE: "successful", TWO: "failed_carrier_rejected"})
    await story.until_asked("carrier")
    await story.cancel()
    assert states(await story.ends("partly_active")) == {ONE: "active", TWO: "rejected"}


async def test_two_cancels_at_once_clean_up_once(stage: Stage) -> None:
    story = await stage.request(ONE)
    await story.until_asked("codes")
    update, cancellation = await asyncio.gather(story.cancel(), story.handle.cancel(), return_exceptions=True)
    assert not cancellation
    # The one that comes second finds the request ending.
    assert not isinstance(update, BaseException) or isinstance(update, Refused)
    await story.ends("cancelled")
    assert await stage.order_statuses(ONE) == ["deleted"]


async def test_the_order_is_removed_once_all_its_numbers_are_given_up(stage: Stage) -> None:
    story = await stage.request(ONE, TWO)
    await story.until_asked("codes")
    await story.give_up(ONE)
    assert await stage.order_statuses(ONE) == ["pending"]
    await story.give_up(TWO)
    await story.ends("not_active")
    assert await stage.order_statuses(ONE) == ["deleted"]


async def test_while_a_deletion_keeps_failing_the_events_say_so(stage: Stage) -> None:
    story = await stage.request(ONE)
    await story.until_asked("codes")
    order_id = await stage.the_order(ONE)
    await stage.faults(kinds=["500"], calls=["delete"])
    await story.cancel()
    seen = await until(
        lambda: progress.show(stage.client, story.reference), lambda seen: events_about(seen, "tried", "HTTP 500")
    )
    assert (seen.outcome, seen.left_behind) == ("running", [])
    assert [event.at for event in seen.events] == sorted(event.at for event in seen.events)
    assert events_about(await story.look(), order_id, "to be deleted")
    await stage.faults()
    result = await story.ends("cancelled")
    assert events_about(result, order_id, "was deleted")


async def test_giving_up_some_numbers_never_deletes_the_order_that_others_share(stage: Stage) -> None:
    await stage.configure(upload_needs_verified=False)
    story = await stage.request(ONE, TWO)
    await story.prove(ONE)
    await story.give_up(TWO)
    result = await story.ends("partly_active")
    assert states(result) == {ONE: "active", TWO: "given_up"}
    [order] = await stage.orders(TWO)
    statuses = {row["phone_number"]: row["status"] for row in order["phone_numbers"]}
    assert statuses == {ONE: "successful", TWO: "failed_ownership_verification"}
    assert not result.left_behind, "Telnyx itself ended the other number"
