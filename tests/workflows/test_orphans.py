"""Orders at Telnyx without a running request are found."""

import uuid

import pytest

from domain.checks import OrphansReport, OrphansRequest
from tests.workflows.stage import Stage
from tests.workflows.waiting import until

HELD, BY_HAND, DELETED, PLACING = "+15125550181", "+15125550182", "+15125550183", "+15125550184"


async def test_an_order_that_no_running_request_holds_is_an_orphan(stage: Stage) -> None:
    await (await stage.request(HELD)).until_asked("codes")
    orphan, _ = await stage.order_in_portal(BY_HAND), await stage.order_in_portal(DELETED)
    await stage.set_status(DELETED, "deleted")
    report = await _orphans(stage)
    assert report.open_orders == 2
    assert [one.order_id for one in report.orphans] == [orphan]


@pytest.mark.settings(create_quarantine=600)
async def test_an_order_that_a_request_is_placing_is_no_orphan(stage: Stage) -> None:
    await stage.faults(kinds=["timeout_after_commit"], calls=["create"])
    story = await stage.request(PLACING)
    await stage.until_ordered(PLACING)
    report = await until(lambda: _orphans(stage), lambda report: report.unnamed)  # lists lag a moment behind
    placed = (await stage.the_order(PLACING), story.reference)
    assert [(one.order_id, one.reference) for one in report.unnamed] == [placed]
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
