"""Papers are kept while anybody may need them, and deleted afterwards."""

import uuid
from datetime import UTC, datetime, timedelta

from temporalio.testing import WorkflowEnvironment

from domain.activity_io import ForgetDocumentsResult
from services import schedules
from tests.workflows.stage import NoHolders, Stage, staged

ONE, TWO = "+15125550191", "+15125550192"


async def _forget(stage: Stage) -> ForgetDocumentsResult:
    report: ForgetDocumentsResult = await stage.client.execute_workflow(
        "ForgetDocuments", id=f"forget-{uuid.uuid4()}", task_queue=stage.queue, result_type=ForgetDocumentsResult
    )
    return report


async def test_papers_of_an_ended_request_are_deleted_once_their_days_are_over(
    live_server: WorkflowEnvironment,
) -> None:
    async with staged(live_server, NoHolders(), documents_kept_days=0) as stage:
        ended, running = await stage.request(ONE), await stage.request(TWO)
        for story, number in ((ended, ONE), (running, TWO)):
            await story.until_asked("codes")
            if story is ended:
                await story.codes(number)
                await story.ends("active")
        never_started = f"r-{uuid.uuid4().hex[:10]}"
        await stage.papers(never_started)
        forgotten = await _forget(stage)
        assert (forgotten.requests, forgotten.documents) == (2, 4)
        papers = await stage.store.untouched_since(datetime.now(UTC) + timedelta(days=1))
        assert papers == [running.reference]
        await running.cancel()


async def test_papers_of_a_request_that_ended_lately_are_kept(stage: Stage) -> None:
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await story.codes(ONE)
    await story.ends("active")
    assert (await _forget(stage)).requests == 0


async def test_the_schedule_is_there_after_the_set_up(live_server: WorkflowEnvironment) -> None:
    description = await live_server.client.get_schedule_handle(schedules.FORGET_DOCUMENTS).describe()
    assert description.info.next_action_times
    assert await schedules.ensure(live_server.client) == []
