"""Orders at Telnyx without a running request are found."""

import uuid

import pytest

from domain.checks import OrphansReport, OrphansRequest
from tests.workflows.stage import Stage
from tests.workflows.story import events_about
from tests.workflows.waiting import until

HELD, BY_HAND, DELETED, PLACING, TAKEN = (f"+1512555018{digit}" for digit in range(1, 6))


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


async def test_an_order_that_was_not_taken_is_left_behind_in_the_events_and_for_the_doctor(stage: Stage) -> None:
    orders = [await stage.order_in_portal(TAKEN), await stage.order_in_portal(TAKEN)]
    story = await stage.request(TAKEN)
    await story.answer(await story.until_asked("choice"), "adopt", orders[1])
    await story.until_asked("codes")
    report = await until(lambda: _orphans(stage), lambda report: report.left)
    assert [(one.order_id, one.reference, one.at_risk) for one in report.left] == [(orders[0], story.reference, False)]
    assert (report.orphans, report.unnamed) == ([], [])
    await stage.approve(TAKEN)  # the newest order, which was taken
    result = await story.ends("active")
    assert orders[0] in result.left_behind[0]
    assert events_about(result, orders[0], "left")
    report = await until(lambda: _orphans(stage), lambda report: report.orphans)
    assert [(one.order_id, one.at_risk) for one in report.orphans] == [(orders[0], True)]


async def test_an_order_of_an_earlier_round_that_could_not_be_deleted_is_named(stage: Stage) -> None:
    story = await stage.request(TAKEN, HELD)
    await story.until_asked("codes")
    first = await stage.the_order(TAKEN)
    await story.give_up(HELD)
    await stage.faults(kinds=["422"], calls=["delete"])
    await stage.set_status(TAKEN, numbers={TAKEN: "failed_timeout"})  # it gets a round of its own
    await story.until(lambda progress: progress.round == 2)
    report = await until(lambda: _orphans(stage), lambda report: report.left)
    assert [(one.order_id, one.reference) for one in report.left] == [(first, story.reference)]
    assert events_about(await story.look(), first, "left")


async def _orphans(stage: Stage) -> OrphansReport:
    report: OrphansReport = await stage.client.execute_workflow(
        "FindOrphans",
        OrphansRequest(account=stage.account),
        id=f"orphans-{uuid.uuid4()}",
        task_queue=stage.queue,
        result_type=OrphansReport,
    )
    return report
