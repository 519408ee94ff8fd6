"""A late review fails nothing: people are notified once, and the request goes on waiting."""

from datetime import timedelta

from temporalio.testing import WorkflowEnvironment

from tests.workflows.stage import Stage
from tests.workflows.story import events_about, states

ONE, TWO = "+15125550186", "+15125550187"


async def test_a_late_review_is_notified_once_and_again_when_new_documents_are_late_too(
    skipping: Stage, skipping_server: WorkflowEnvironment
) -> None:
    story = await skipping.in_review(ONE)
    await skipping_server.sleep(timedelta(days=2))
    assert not skipping.notified("review_late")
    await skipping_server.sleep(timedelta(days=10))
    seen = await story.until(lambda progress: events_about(progress, "late"))
    assert (seen.outcome, seen.step) == ("running", "review")
    [notification] = skipping.notified("review_late")
    assert (notification["numbers"], notification["reference"]) == (1, story.reference)
    assert "late" in await story.details()
    await skipping.set_status(ONE, "loa_file_invalid")
    await skipping_server.sleep(timedelta(days=1))
    await story.until_asked("documents")
    await story.documents()
    await story.until_step("review")
    await skipping.set_status(ONE, "loa_file_successful")
    await skipping_server.sleep(timedelta(days=10))
    seen = await story.until(lambda progress: len(events_about(progress, "late")) == 2)
    assert seen.outcome == "running"
    assert len(skipping.notified("review_late")) == 2
    await skipping.approve(ONE)
    await story.ends("active")


async def test_numbers_that_became_active_are_notified_once_while_the_others_go_on(stage: Stage) -> None:
    story = await stage.in_review(ONE, TWO)
    await stage.set_status(ONE, numbers={ONE: "successful"})
    await story.until(lambda progress: states(progress)[ONE] == "active")
    await stage.approve(ONE, TWO)
    await story.ends("active")
    [notification] = stage.notified("numbers_active")
    assert list(notification["ends"]) == ["…0186"]
