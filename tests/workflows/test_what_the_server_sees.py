"""What stands on the Temporal server: few events, search attributes for lists, and a page that a person can read."""

import asyncio

from temporalio.api.enums.v1 import EventType
from temporalio.api.sdk.v1 import WorkflowMetadata

from runtime.fingerprints import Fingerprints
from tests.workflows.stage import PATIENCE, SETTINGS, Stage
from workflows import search_attributes as keys

ONE, TWO = "+15125550161", "+15125550162"
LOA_REFUSED_FIRST = "+15005553001"
HAPPY_EVENTS, HAPPY_TASKS = 33, 11
"""What a happy request records besides its workflow tasks, and those: nine, three events each, so 60 in all. A
busy machine may split a task or two."""
WORKFLOW_TASK = {
    EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED,
}


async def _looked(stage: Stage) -> None:
    """Wait until the order was read once more: so each story is seen in the same steps, however busy the machine is."""
    order_id = await stage.the_order(ONE)
    before = await stage.calls("GET", order_id)
    async with asyncio.timeout(PATIENCE):
        while await stage.calls("GET", order_id) < before + 2:  # noqa: ASYNC110 - HTTP has no event to wait for
            await asyncio.sleep(0.05)


async def test_a_happy_request_costs_no_more_than_sixty_events(stage: Stage) -> None:
    await stage.control("settings", {"review_seconds": 600})
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await story.codes(ONE)
    await story.until_step("review")
    await stage.act(ONE, order="loa_file_successful")
    await _looked(stage)
    await stage.act(ONE, order="successful", numbers={ONE: "successful"})
    await story.ends("active")
    events = (await story.handle.fetch_history()).events
    size = sum(event.ByteSize() for event in events)
    tasks = [event for event in events if event.event_type in WORKFLOW_TASK]
    assert len(events) - len(tasks) <= HAPPY_EVENTS, f"{len(events)} events, {size} bytes"
    assert len(tasks) <= 3 * HAPPY_TASKS, f"{len(events)} events, {size} bytes"


async def test_lists_can_be_read_from_search_attributes_alone(stage: Stage) -> None:
    story = await stage.request(ONE, TWO, papers=False, customer="acme")
    await story.until_asked("codes")
    shown = (await story.handle.describe()).typed_search_attributes
    fingerprints = Fingerprints.from_settings(SETTINGS)
    assert sorted(shown[keys.PHONE_NUMBERS]) == sorted(fingerprints.of(number) for number in (ONE, TWO))
    assert shown[keys.NEEDS] == ["codes"]
    assert shown[keys.ORDER_IDS] == [await stage.the_order(ONE)]
    assert shown[keys.STEP] == "codes"
    assert shown[keys.OUTCOME] == "running"
    assert (shown[keys.ACCOUNT], shown[keys.CUSTOMER]) == (stage.account, "acme")
    assert shown[keys.DEADLINE] == (await story.look()).asks[0].deadline
    await story.codes(ONE, TWO)
    await story.until_asked("documents")
    assert (await story.handle.describe()).typed_search_attributes[keys.NEEDS] == ["documents"]
    await story.documents()
    await story.ends("active")
    shown = (await story.handle.describe()).typed_search_attributes
    assert (shown[keys.STEP], shown[keys.OUTCOME]) == ("done", "active")
    assert shown.get(keys.NEEDS) is None
    assert shown.get(keys.DEADLINE) is None


async def test_the_page_says_what_is_awaited_of_whom_first(stage: Stage) -> None:
    story = await stage.request(ONE, TWO)
    await story.until_asked("codes")
    page = await _page(stage, story.handle.id)
    headline, *_ = page.splitlines()
    assert headline == "### Waiting for a person: the codes of 2 numbers"
    assert f"hosted-sms codes {story.reference}" in page
    assert f"- **unverified** {ONE}, {TWO} — Telnyx says `pending`" in page
    await story.codes(ONE, TWO)
    await story.ends("active")
    assert (await _page(stage, story.handle.id)).startswith("### Ended: active\n")


async def test_activities_and_timers_say_what_they_are_for(stage: Stage) -> None:
    story = await stage.request(LOA_REFUSED_FIRST)
    await story.until_asked("codes")
    await story.codes(LOA_REFUSED_FIRST)
    await story.until_asked("documents")
    await story.documents()
    await story.ends("active")
    for event in (await story.handle.fetch_history()).events:
        if event.HasField("activity_task_scheduled_event_attributes") or event.HasField(
            "timer_started_event_attributes"
        ):
            assert event.user_metadata.HasField("summary"), event


async def test_looks_at_an_order_wait_behind_everything_else(stage: Stage) -> None:
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await story.codes(ONE)
    await story.ends("active")
    history = await story.handle.fetch_history()
    scheduled = [event.activity_task_scheduled_event_attributes for event in history.events]
    priorities = {one.activity_type.name: one.priority for one in scheduled if one.task_queue.name.endswith("-telnyx")}
    assert {name for name, priority in priorities.items() if priority.priority_key > 3} == {"watch_order"}
    assert {priority.fairness_key for priority in priorities.values()} == {stage.account}


async def test_two_hundred_numbers_go_through_in_one_request(stage: Stage) -> None:
    numbers = [f"+1512777{n:04d}" for n in range(200)]
    story = await stage.request(*numbers)
    ask = await story.until_asked("codes")
    assert len(ask.numbers) == 200
    for start in range(0, 200, 50):
        await story.codes(*numbers[start : start + 50])
    result = await story.ends("active")
    assert len(result.numbers) == 200
    assert len((await story.handle.describe()).typed_search_attributes[keys.PHONE_NUMBERS]) == 200


async def test_a_long_life_continues_as_new_and_loses_nothing(stage: Stage) -> None:
    story = await stage.request(ONE, TWO)
    await story.until_asked("codes")
    await story.codes(ONE)
    while (await story.handle.describe()).run_id == story.handle.first_execution_run_id:
        await story.resend(TWO)
    seen = await story.look()
    assert [ask.numbers for ask in seen.asks] == [[TWO]]
    await story.codes(TWO)
    result = await story.ends("active")
    assert result.order_ids == [await stage.the_order(ONE)]
    assert result.events[0].what.startswith("2 of 2 numbers")


async def _page(stage: Stage, workflow_id: str) -> str:
    metadata = await stage.client.get_workflow_handle(workflow_id).query(
        "__temporal_workflow_metadata", result_type=WorkflowMetadata
    )
    return str(metadata.current_details)
