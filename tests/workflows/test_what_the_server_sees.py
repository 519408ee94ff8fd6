"""What the Temporal server has of a request: few events, search attributes for lists, and a page to read."""

import pytest
from temporalio.api.enums.v1 import EventType

from runtime.fingerprints import Fingerprints
from tests.workflows.stage import SETTINGS, Stage
from tests.workflows.waiting import until
from workflows import search_attributes as keys

ONE, TWO = "+15125550161", "+15125550162"
LOA_REFUSED_FIRST = "+15005553001"
HAPPY_EVENTS, HAPPY_TASKS = 28, 9
"""What a happy request records besides its workflow tasks, and those: seven of three events each, so 49 events in all.
A busy machine may split a task or two."""
WORKFLOW_TASK = {
    EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED,
}


@pytest.mark.settings(poll_interval=2.0)
async def test_a_happy_request_costs_no_more_than_fifty_events(stage: Stage) -> None:
    story = await stage.in_review(ONE)
    await stage.set_status(ONE, "loa_file_successful")
    # Two polls later every status was seen alone, however busy the machine is.
    order_id = await stage.the_order(ONE)
    before = await stage.calls("GET", order_id)
    await until(lambda: stage.calls("GET", order_id), lambda calls: calls >= before + 2, every=0.05)
    await stage.approve(ONE)
    await story.ends("active")
    events = (await story.handle.fetch_history()).events
    tasks = [event for event in events if event.event_type in WORKFLOW_TASK]
    assert len(events) - len(tasks) <= HAPPY_EVENTS
    assert len(tasks) <= 3 * HAPPY_TASKS


async def test_lists_can_be_read_from_search_attributes_alone(stage: Stage) -> None:
    story = await stage.request(ONE, TWO, documents=False, customer="acme")
    await story.until_asked("codes")
    shown = (await story.handle.describe()).typed_search_attributes
    fingerprints = Fingerprints.from_settings(SETTINGS)
    assert sorted(shown[keys.PHONE_NUMBERS]) == sorted(fingerprints.of(number) for number in (ONE, TWO))
    assert shown[keys.NEEDS] == ["codes"]
    assert shown[keys.ORDER_IDS] == [await stage.the_order(ONE)]
    assert (shown[keys.STEP], shown[keys.OUTCOME]) == ("codes", "running")
    assert (shown[keys.ACCOUNT], shown[keys.CUSTOMER]) == (stage.account, "acme")
    assert shown[keys.DEADLINE] == (await story.look()).asks[0].deadline
    await story.codes(ONE, TWO)
    await story.until_asked("documents")
    assert (await story.handle.describe()).typed_search_attributes[keys.NEEDS] == ["documents"]
    await story.documents()
    await story.ends("active")
    shown = (await story.handle.describe()).typed_search_attributes
    assert (shown[keys.STEP], shown[keys.OUTCOME]) == ("done", "active")
    assert (shown.get(keys.NEEDS), shown.get(keys.DEADLINE)) == (None, None)


async def test_the_page_has_the_command_and_the_raw_status_of_every_number(stage: Stage) -> None:
    story = await stage.request(ONE, TWO)
    await story.until_asked("codes")
    page = await story.details()
    headline, *_ = page.splitlines()
    assert "2" in headline
    for part in (f"hosted-sms codes {story.reference}", ONE, TWO, "`pending`", await stage.the_order(ONE)):
        assert part in page
    await story.completes(ONE, TWO)
    headline, *_ = (await story.details()).splitlines()
    assert "active" in headline


async def test_activities_and_timers_have_a_summary(stage: Stage) -> None:
    story = await stage.request(LOA_REFUSED_FIRST)
    await story.prove(LOA_REFUSED_FIRST)
    await story.until_asked("documents")
    await story.documents()
    await story.ends("active")
    for event in (await story.handle.fetch_history()).events:
        if event.WhichOneof("attributes") in {
            "activity_task_scheduled_event_attributes",
            "timer_started_event_attributes",
        }:
            assert event.user_metadata.HasField("summary"), event


async def test_looks_have_a_queue_of_their_own_and_a_lower_priority(stage: Stage) -> None:
    story = await stage.request(ONE)
    await story.completes(ONE)
    history = await story.handle.fetch_history()
    scheduled = [event.activity_task_scheduled_event_attributes for event in history.events]
    looks = {one.activity_type.name for one in scheduled if one.task_queue.name.endswith("-looks")}
    calls = [one for one in scheduled if one.task_queue.name.endswith(("-telnyx", "-looks"))]
    assert looks == {one.activity_type.name for one in calls if one.priority.priority_key > 3} == {"watch_order"}
    assert {one.priority.fairness_key for one in calls} == {stage.account}


async def test_two_hundred_numbers_go_through_in_one_request(stage: Stage) -> None:
    numbers = [f"+1512777{n:04d}" for n in range(200)]
    story = await stage.request(*numbers)
    assert len((await story.until_asked("codes")).numbers) == 200
    for start in range(0, 200, 50):
        await story.codes(*numbers[start : start + 50])
    assert len((await story.ends("active")).numbers) == 200
    assert len((await story.handle.describe()).typed_search_attributes[keys.PHONE_NUMBERS]) == 200


async def test_a_long_request_continues_as_new_and_loses_nothing(stage: Stage) -> None:
    story = await stage.request(ONE, TWO)
    await story.prove(ONE)
    while (await story.handle.describe()).run_id == story.handle.first_execution_run_id:
        await story.resend(TWO)
    seen = await story.look()
    assert [ask.numbers for ask in seen.asks] == [[TWO]]
    result = await story.completes(TWO)
    assert result.order_ids == [await stage.the_order(ONE)]
    assert result.events[: len(seen.events)] == seen.events
