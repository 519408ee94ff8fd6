"""Requests that go one of the ways of the guide: codes, papers, review, and every end there is.

The review is held and ended by hand at a known moment, since polls that meet a moving order find it in other states
each time.
"""

from typing import Any

from tests.workflows.stage import Stage, Story

ONE, TWO, WIRELESS = "+15125550101", "+15125550102", "+15005550003"
HELD = {"review_seconds": 600}
DONE = "successful"


async def asked(stage: Stage, reference: str, *numbers: str, **fields: Any) -> Story:
    """A request that waits for its codes."""
    await stage.control("settings", HELD)
    story = await stage.request(*numbers, reference=reference, **fields)
    await story.until_asked("codes")
    return story


async def in_review(stage: Stage, reference: str, *numbers: str) -> Story:
    """A request in review, which does not end by itself."""
    story = await asked(stage, reference, *numbers)
    await story.codes(*numbers)
    await story.until_step("review")
    return story


async def approve(stage: Stage, *numbers: str) -> None:
    """The newest order with these numbers, and all of them, become successful."""
    await stage.act(numbers[0], order=DONE, numbers=dict.fromkeys(numbers, DONE))


async def reviewed_at_last(stage: Stage, story: Story, number: str) -> None:
    await story.until_asked("codes")
    await story.codes(number)
    await story.until_step("review")
    await approve(stage, number)


async def happy(stage: Stage, reference: str) -> None:
    story = await in_review(stage, reference, ONE)
    await approve(stage, ONE)
    await story.ends("active")


async def wrong_code_and_resend(stage: Stage, reference: str) -> None:
    story = await asked(stage, reference, ONE, TWO)
    await story.wrong_code(ONE)
    await story.resend(ONE, method="call")
    await story.codes(ONE)
    await story.codes(TWO)
    await story.until_step("review")
    await approve(stage, ONE, TWO)
    await story.ends("active")


async def codes_by_signal(stage: Stage, reference: str) -> None:
    story = await asked(stage, reference, ONE)
    await story.handle.signal("codes", {"codes": [{"phone_number": ONE, "code": await stage.code(ONE)}]})
    await story.until_step("review")
    await approve(stage, ONE)
    await story.ends("active")


async def papers_missing(stage: Stage, reference: str) -> None:
    story = await asked(stage, reference, ONE, papers=False)
    await story.codes(ONE)
    await story.until_asked("documents")
    await story.documents()
    await story.until_step("review")
    await approve(stage, ONE)
    await story.ends("active")


async def papers_refused(stage: Stage, reference: str) -> None:
    story = await in_review(stage, reference, ONE)
    await stage.act(ONE, order="loa_file_invalid")
    await story.until_asked("documents")
    await story.documents()
    await story.until_step("review")
    await approve(stage, ONE)
    await story.ends("active")


async def partial_success(stage: Stage, reference: str) -> None:
    story = await asked(stage, reference, ONE, WIRELESS, TWO)
    await story.codes(ONE, TWO)
    await story.until_step("review")
    await stage.act(ONE, order=DONE, numbers={ONE: DONE, TWO: "failed"})
    await story.ends("partly_active")


async def timed_out(stage: Stage, reference: str) -> None:
    story = await in_review(stage, reference, ONE, TWO)
    await stage.act(ONE, order=DONE, numbers={ONE: DONE, TWO: "failed_timeout"})
    await reviewed_at_last(stage, story, TWO)
    await story.ends("active")


async def rejected_and_retried(stage: Stage, reference: str) -> None:
    story = await in_review(stage, reference, ONE, TWO)
    await stage.act(ONE, order=DONE, numbers={ONE: DONE, TWO: "failed_carrier_rejected"})
    await story.until_asked("carrier")
    await story.retry(TWO)
    await reviewed_at_last(stage, story, TWO)
    await story.ends("active")


async def joins_an_ask(stage: Stage, reference: str) -> None:
    """The carrier refuses a second number while a person is asked about the first."""
    story, refused = await in_review(stage, reference, ONE, TWO), "failed_carrier_rejected"
    await stage.act(ONE, numbers={ONE: refused})
    await story.until_asked("carrier")
    await stage.act(ONE, order=DONE, numbers={ONE: refused, TWO: refused})
    await story.until(lambda progress: [ask for ask in progress.asks if ask.numbers == [ONE, TWO]])
    await story.give_up(ONE, TWO)
    await story.ends("not_active")


async def given_up(stage: Stage, reference: str) -> None:
    story = await asked(stage, reference, ONE, TWO)
    await story.give_up(ONE, TWO)
    await story.ends("not_active")


async def cancelled_in_codes(stage: Stage, reference: str) -> None:
    story = await asked(stage, reference, ONE)
    await story.cancel()
    await story.ends("cancelled")


async def cancelled_in_review(stage: Stage, reference: str) -> None:
    story = await in_review(stage, reference, ONE)
    await story.handle.cancel()
    await story.ends("cancelled")


async def expired(stage: Stage, reference: str) -> None:
    story = await asked(stage, reference, ONE)
    await story.ends("expired")


async def deleted_in_portal(stage: Stage, reference: str) -> None:
    story = await in_review(stage, reference, ONE)
    await stage.act(ONE, order="deleted", numbers={ONE: "deleted"})
    await story.ends("not_active")


async def unknown_word_answered(stage: Stage, reference: str) -> None:
    story = await in_review(stage, reference, ONE)
    await stage.act(ONE, order="frozen_by_gnomes")
    await story.answer(await story.until_asked("choice"), "go_on")
    await story.ends("active")


async def continued_as_new(stage: Stage, reference: str) -> None:
    story = await asked(stage, reference, ONE, TWO)
    await story.codes(ONE)
    while (await story.handle.describe()).run_id == story.handle.first_execution_run_id:
        await story.resend(TWO)
    await story.codes(TWO)
    await story.until_step("review")
    await approve(stage, ONE, TWO)
    await story.ends("active")


async def codes_do_not_arrive(stage: Stage, reference: str) -> None:
    """As many codes were sent as may be, so support is asked; a person gives the number up."""
    story = await asked(stage, reference, ONE)
    assert not (await story.resend(ONE)).accepted
    await story.answer(await story.until_asked("support"), "give_up")
    await story.ends("not_active")


async def reminded(stage: Stage, reference: str) -> None:
    story = await asked(stage, reference, ONE)
    await until_said(story, "Escalated")
    await story.codes(ONE)
    await story.until_step("review")
    await approve(stage, ONE)
    await story.ends("active")


async def review_late(stage: Stage, reference: str) -> None:
    story = await in_review(stage, reference, ONE)
    await until_said(story, "The review is late")
    await approve(stage, ONE)
    await story.ends("active")


async def until_said(story: Story, beginning: str) -> None:
    """Waits for an event that begins so."""
    await story.until(lambda progress: [event for event in progress.events if event.what.startswith(beginning)])
