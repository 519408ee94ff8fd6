"""The status that `show` names for a number is the one that was read last from Telnyx, or it is not known."""

import re

from domain.messages import Progress
from services import progress
from tests.workflows.stage import Stage
from tests.workflows.story import Story, row_of
from tests.workflows.waiting import until

ONE, TWO = "+15125550311", "+15125550312"


async def _shown(story: Story) -> Progress:
    return await progress.show(story.stage.client, story.reference)


async def _until_shown(story: Story, number: str, status: str) -> Progress:
    return await until(lambda: _shown(story), lambda shown: row_of(shown, number).status == status)


def _named(shown: Progress) -> dict[str, str]:
    """The status that the sentence about each number names."""
    return {number.phone_number: "".join(re.findall(r"\(\w+\)", number.because)) for number in shown.numbers}


async def test_a_status_that_changes_nothing_is_shown_and_costs_no_event(stage: Stage) -> None:
    story = await stage.in_review(ONE, TWO)
    await _until_shown(story, ONE, "pending")
    events = (await story.handle.describe()).history_length
    await stage.set_status(ONE, "provisioning", {ONE: "provisioning"})
    shown = await _until_shown(story, ONE, "provisioning")
    assert (row_of(shown, ONE).state, row_of(shown, TWO).status) == ("in_review", "pending")
    assert _named(shown) == {ONE: "(provisioning)", TWO: "(pending)"}
    assert (await story.handle.describe()).history_length == events
    await stage.set_status(ONE, numbers={TWO: "successful"})
    seen = await story.until(lambda progress: row_of(progress, TWO).state == "active")
    assert row_of(seen, ONE).status == "provisioning", "the next change tells the request"
    assert _named(seen)[ONE] == "(provisioning)"


async def test_it_is_shown_while_no_worker_answers(stage: Stage) -> None:
    story = await stage.in_review(ONE)
    await stage.set_status(ONE, "provisioning", {ONE: "provisioning"})
    await _until_shown(story, ONE, "provisioning")
    await stage.workers.stop()
    shown = await progress.show(stage.client, story.reference, within=0.2)
    assert (shown.partial, row_of(shown, ONE).status) == (True, "provisioning")
    await stage.workers.start()


async def test_an_unknown_status_is_in_the_question_and_beside_its_number(stage: Stage) -> None:
    story = await stage.in_review(ONE)
    await stage.set_status(ONE, "awaiting_audit", {ONE: "odd_one"})
    ask = await story.until_asked("choice")
    assert all(word in ask.guidance for word in ("'awaiting_audit'", "'odd_one'"))
    assert row_of(await story.look(), ONE).status == "odd_one"
    await stage.set_status(ONE, numbers={ONE: None})
    await _until_shown(story, ONE, "")


async def test_after_a_cancel_that_deleted_the_order_the_status_is_that_of_the_deletion(stage: Stage) -> None:
    story = await stage.in_review(ONE)
    await story.cancel()
    result = await story.ends("cancelled")
    assert row_of(result, ONE).status == "deleted"
    assert row_of(await _shown(story), ONE).status == "deleted"


async def test_a_number_that_telnyx_refuses_to_order_is_no_longer_called_eligible(stage: Stage) -> None:
    await stage.faults(kinds=["422"], pointer="/phone_numbers/1", calls=["create"], times=1)
    story = await stage.request(ONE, TWO)
    await story.until_asked("codes")
    seen = await story.look()
    assert (row_of(seen, TWO).state, row_of(seen, TWO).status) == ("left_out", "")
    assert row_of(seen, ONE).status == "pending"
