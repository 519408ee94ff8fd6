"""Requests that go one of the ways of the guide: codes, documents, review, and every end there is.

The review is held and ended by hand at a known moment. Polls that meet a moving order would see other statuses each
time.
"""

from typing import Any

from tests.workflows.stage import Stage
from tests.workflows.story import Story, events_about

ONE, TWO, WIRELESS = "+15125550101", "+15125550102", "+15005550003"
DONE, REJECTED = "successful", "failed_carrier_rejected"


async def hold_reviews(stage: Stage) -> None:
    """From now on no review ends by itself."""
    await stage.configure(review_seconds=600)


async def asked_for_codes(stage: Stage, reference: str, *numbers: str, **fields: Any) -> Story:
    """A request that waits for its codes."""
    await hold_reviews(stage)
    story = await stage.request(*numbers, reference=reference, **fields)
    await story.until_asked("codes")
    return story


async def approved(stage: Stage, story: Story, *numbers: str) -> None:
    """Wait for the review of these numbers, approve them, and wait for the end."""
    await story.until_step("review")
    await stage.approve(*numbers)
    await story.ends("active")


async def happy(stage: Stage, reference: str) -> None:
    story = await stage.in_review(ONE, reference=reference)
    await approved(stage, story, ONE)


async def wrong_code_and_resend(stage: Stage, reference: str) -> None:
    story = await asked_for_codes(stage, reference, ONE, TWO)
    await story.wrong_code(ONE)
    await story.resend(ONE, method="call")
    await story.codes(ONE)
    await story.codes(TWO)
    await approved(stage, story, ONE, TWO)


async def codes_by_signal(stage: Stage, reference: str) -> None:
    story = await asked_for_codes(stage, reference, ONE)
    await story.signal_code(ONE)
    await approved(stage, story, ONE)


async def documents_missing(stage: Stage, reference: str) -> None:
    story = await asked_for_codes(stage, reference, ONE, documents=False)
    await story.codes(ONE)
    await story.until_asked("documents")
    await story.documents()
    await approved(stage, story, ONE)


async def documents_refused(stage: Stage, reference: str) -> None:
    story = await stage.in_review(ONE, reference=reference)
    await stage.set_status(ONE, "loa_file_invalid")
    await story.until_asked("documents")
    await story.documents()
    await approved(stage, story, ONE)


async def partial_success(stage: Stage, reference: str) -> None:
    story = await asked_for_codes(stage, reference, ONE, WIRELESS, TWO)
    await story.codes(ONE, TWO)
    await story.until_step("review")
    await stage.set_status(ONE, DONE, {ONE: DONE, TWO: "failed"})
    await story.ends("partly_active")


async def timed_out(stage: Stage, reference: str) -> None:
    story = await stage.in_review(ONE, TWO, reference=reference)
    await stage.set_status(ONE, DONE, {ONE: DONE, TWO: "failed_timeout"})
    await story.prove(TWO)
    await approved(stage, story, TWO)


async def rejected_and_retried(stage: Stage, reference: str) -> None:
    story = await stage.in_review(ONE, TWO, reference=reference)
    await stage.set_status(ONE, DONE, {ONE: DONE, TWO: REJECTED})
    await story.until_asked("carrier")
    await story.retry(TWO)
    await story.prove(TWO)
    await approved(stage, story, TWO)


async def joins_an_ask(stage: Stage, reference: str) -> None:
    """The carrier rejects a second number while a person is asked about the first."""
    story = await stage.in_review(ONE, TWO, reference=reference)
    await stage.set_status(ONE, numbers={ONE: REJECTED})
    await story.until_asked("carrier")
    await stage.set_status(ONE, DONE, {ONE: REJECTED, TWO: REJECTED})
    await story.until(lambda progress: [ask for ask in progress.asks if ask.numbers == [ONE, TWO]])
    await story.give_up(ONE, TWO)
    await story.ends("not_active")


async def given_up(stage: Stage, reference: str) -> None:
    story = await asked_for_codes(stage, reference, ONE, TWO)
    await story.give_up(ONE, TWO)
    await story.ends("not_active")


async def cancelled_in_codes(stage: Stage, reference: str) -> None:
    story = await asked_for_codes(stage, reference, ONE)
    await story.cancel()
    await story.ends("cancelled")


async def cancelled_in_review(stage: Stage, reference: str) -> None:
    story = await stage.in_review(ONE, reference=reference)
    await story.handle.cancel()
    await story.ends("cancelled")


async def expired(stage: Stage, reference: str) -> None:
    story = await asked_for_codes(stage, reference, ONE)
    await story.ends("expired")


async def deleted_in_portal(stage: Stage, reference: str) -> None:
    story = await stage.in_review(ONE, reference=reference)
    await stage.set_status(ONE, "deleted", {ONE: "deleted"})
    await story.ends("not_active")


async def unknown_status_answered(stage: Stage, reference: str) -> None:
    story = await stage.in_review(ONE, reference=reference)
    await stage.set_status(ONE, "frozen_by_gnomes")
    await story.answer(await story.until_asked("choice"), "go_on")
    await story.ends("active")


async def continued_as_new(stage: Stage, reference: str) -> None:
    story = await asked_for_codes(stage, reference, ONE, TWO)
    await story.codes(ONE)
    while (await story.handle.describe()).run_id == story.handle.first_execution_run_id:
        await story.resend(TWO)
    await story.codes(TWO)
    await approved(stage, story, ONE, TWO)


async def codes_do_not_arrive(stage: Stage, reference: str) -> None:
    """As many codes were sent as allowed, so support is asked. A person gives the number up."""
    story = await asked_for_codes(stage, reference, ONE)
    assert not (await story.resend(ONE)).accepted
    await story.answer(await story.until_asked("support"), "give_up")
    await story.ends("not_active")


async def reminded(stage: Stage, reference: str) -> None:
    story = await asked_for_codes(stage, reference, ONE)
    await story.until(lambda progress: events_about(progress, "escalated"))
    await story.codes(ONE)
    await approved(stage, story, ONE)


async def review_late(stage: Stage, reference: str) -> None:
    story = await stage.in_review(ONE, reference=reference)
    await story.until(lambda progress: events_about(progress, "late"))
    await approved(stage, story, ONE)
