"""Orders at Telnyx without a running request are found."""

import asyncio
import uuid

from temporalio.testing import WorkflowEnvironment

from adapters.order_holders import TemporalOrderHolders
from domain.checks import OrphansReport, OrphansRequest
from tests.workflows.stage import PATIENCE, PROFILE, Stage, staged

HELD, BY_HAND, DELETED, PLACING = "+15125550181", "+15125550182", "+15125550183", "+15125550184"


async def test_an_order_that_no_running_request_holds_is_an_orphan(stage: Stage) -> None:
    story = await stage.request(HELD)
    await story.until_asked("codes")
    for number in (BY_HAND, DELETED):
        body = {"messaging_profile_id": PROFILE, "phone_numbers": [number]}
        reply = await stage.telnyx.post(
            "/v2/messaging_hosted_number_orders", json=body, headers={"authorization": "Bearer KEY_portal"}
        )
        assert reply.status_code == 200
    await stage.act(DELETED, order="deleted")
    report = await _orphans(stage)
    assert report.open_orders == 2
    assert [orphan.order_id for orphan in report.orphans] == [await stage.the_order(BY_HAND)]
    await story.cancel()
    await story.ends("cancelled")


async def test_an_order_that_a_request_is_placing_just_now_is_no_orphan(live_server: WorkflowEnvironment) -> None:
    async with staged(live_server, TemporalOrderHolders(live_server.client), create_quarantine=600) as stage:
        await stage.faults(kinds=["timeout_after_commit"], calls=["create"], rate=1, seed=1)
        story = await stage.request(PLACING)
        await stage.until_ordered(PLACING)
        async with asyncio.timeout(PATIENCE):
            while not (report := await _orphans(stage)).unnamed:
                pass  # lists lag a moment behind
        assert [(one.order_id, one.reference) for one in report.unnamed] == [
            (await stage.the_order(PLACING), story.reference)
        ]
        assert report.orphans == []


async def _orphans(stage: Stage) -> OrphansReport:
    report: OrphansReport = await stage.client.execute_workflow(
        "FindOrphans",
        OrphansRequest(account=stage.account),
        id=f"orphans-{uuid.uuid4()}",
        task_queue=stage.queue,
        result_type=OrphansReport,
    )
    return report
