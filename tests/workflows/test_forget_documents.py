"""Documents are kept while they may be needed, and deleted afterwards."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.activity_io import ForgetDocumentsResult
from services import schedules
from tests.workflows.stage import Stage

ONE, TWO = "+15125550191", "+15125550192"


async def _forget(stage: Stage) -> ForgetDocumentsResult:
    report: ForgetDocumentsResult = await stage.client.execute_workflow(
        "ForgetDocuments", id=f"forget-{uuid.uuid4()}", task_queue=stage.queue, result_type=ForgetDocumentsResult
    )
    return report


@pytest.mark.settings(documents_kept_days=0)
async def test_documents_of_an_ended_request_are_deleted_once_their_days_are_over(stage: Stage) -> None:
    ended, running = await stage.request(ONE), await stage.request(TWO)
    await running.until_asked("codes")
    await ended.completes(ONE)
    await stage.documents(f"r-{uuid.uuid4().hex[:10]}")  # of a request that was never started
    forgotten = await _forget(stage)
    assert (forgotten.requests, forgotten.documents) == (2, 4)
    assert await stage.store.untouched_since(datetime.now(UTC) + timedelta(days=1)) == [running.reference]


async def test_documents_of_a_request_that_ended_recently_are_kept(stage: Stage) -> None:
    await (await stage.request(ONE)).completes(ONE)
    assert (await _forget(stage)).requests == 0


async def test_the_setup_creates_the_schedule(live_server: WorkflowEnvironment) -> None:
    description = await live_server.client.get_schedule_handle(schedules.FORGET_DOCUMENTS).describe()
    assert description.info.next_action_times
    assert await schedules.ensure(live_server.client) == []
