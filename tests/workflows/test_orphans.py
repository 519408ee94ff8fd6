"""Orders at Telnyx without a running request are found."""

from domain.checks import OrphansReport, OrphansRequest
from tests.workflows.stage import PROFILE, Stage

HELD, BY_HAND, DELETED = "+15125550181", "+15125550182", "+15125550183"


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
    report = await stage.client.execute_workflow(
        "FindOrphans",
        OrphansRequest(account=stage.account),
        id=f"orphans-{story.reference}",
        task_queue=stage.queue,
        result_type=OrphansReport,
    )
    assert report.open_orders == 2
    assert [orphan.order_id for orphan in report.orphans] == [await stage.the_order(BY_HAND)]
    await story.cancel()
    await story.ends("cancelled")
