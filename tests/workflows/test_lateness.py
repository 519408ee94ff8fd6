"""Lateness fails nothing: it is told once, to a second recipient where nobody answers, and the request waits on."""

from datetime import timedelta

from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.testing import WorkflowEnvironment

from domain.messages import Progress
from tests.workflows.stage import Stage, states

ONE, TWO = "+15125550186", "+15125550187"


def _said(progress: Progress, beginning: str) -> list[str]:
    return [event.what for event in progress.events if event.what.startswith(beginning)]


async def test_a_review_that_takes_a_week_is_told_to_be_late_once_and_still_awaited(
    skipping: Stage, skipping_server: WorkflowEnvironment
) -> None:
    story = await skipping.in_review(ONE)
    await skipping_server.sleep(timedelta(days=2))
    assert not _said(await story.look(), "The review is late")
    await skipping_server.sleep(timedelta(days=10))
    seen = await story.until(lambda progress: _said(progress, "The review is late"))
    assert len(_said(seen, "The review is late")) == 1
    assert (seen.outcome, seen.step) == ("running", "review")
    metadata = await story.handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
    assert "The review is late since" in metadata.current_details
    await skipping.act(ONE, order="successful", numbers={ONE: "successful"})
    await story.ends("active")


async def test_new_papers_begin_a_new_review(skipping: Stage, skipping_server: WorkflowEnvironment) -> None:
    story = await skipping.in_review(ONE)
    await skipping_server.sleep(timedelta(days=10))
    await story.until(lambda progress: _said(progress, "The review is late"))
    await skipping.act(ONE, order="loa_file_invalid")
    await skipping_server.sleep(timedelta(hours=2))
    await story.until_asked("documents")
    await story.documents()
    await story.until_step("review")
    await skipping.act(ONE, order="loa_file_successful")
    await skipping_server.sleep(timedelta(days=10))
    seen = await story.until(lambda progress: len(_said(progress, "The review is late")) == 2)
    assert seen.outcome == "running"
    await skipping.act(ONE, order="successful", numbers={ONE: "successful"})
    await story.ends("active")


async def test_an_ask_is_escalated_once_and_reminded_of_all_the_same(
    skipping: Stage, skipping_server: WorkflowEnvironment
) -> None:
    story = await skipping.request(ONE)
    await story.until_asked("codes")
    for _week in range(2):  # at least six working days, whatever the holidays
        await skipping_server.sleep(timedelta(days=7))
    seen = await story.until(lambda progress: len(_said(progress, "Reminded")) >= 4)
    assert _said(seen, "Escalated") == ["Escalated codes."]
    await story.codes(ONE)
    await story.ends("active")


async def test_numbers_that_are_active_are_told_at_once_while_the_others_go_on(stage: Stage) -> None:
    story = await stage.in_review(ONE, TWO)
    await stage.act(ONE, numbers={ONE: "successful"})
    seen = await story.until(lambda progress: states(progress)[ONE] == "active")
    assert _said(seen, "Active while the others go on") == [f"Active while the others go on: {ONE}."]
    await stage.act(ONE, order="successful", numbers={TWO: "successful"})
    result = await story.ends("active")
    assert len(_said(result, "Active while")) == 1
