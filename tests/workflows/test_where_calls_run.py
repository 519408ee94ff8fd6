"""Calls of a request run without a poll, unless the server keeps a rate limit for its account."""

import asyncio
from datetime import timedelta

import pytest
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.taskqueue.v1 import RateLimit
from temporalio.api.workflowservice.v1 import UpdateTaskQueueConfigRequest

import worker
from activities.call_places import UPLOADS_AT_ONCE
from domain import names
from telnyx_api.transport import MAX_CONNECTIONS
from tests.workflows.stage import Stage
from tests.workflows.story import Story
from tests.workflows.waiting import until

ONE, TWO, THREE = "+15125550171", "+15125550172", "+15125550173"
CALLS = {"place_order", "request_codes", "submit_codes", "upload_documents"}
PER_SECOND, BURST = 2.0, 2
SLOTS = MAX_CONNECTIONS + 4
"""Of each queue in the story of slow looks: a code that shared them, or the connections, would wait."""


async def calls(story: Story) -> dict[str, tuple[HistoryEvent, HistoryEvent]]:
    """When each call was scheduled and started, by the activity's name."""
    events = (await story.handle.fetch_history()).events
    scheduled = {one.event_id: one for one in events if one.HasField("activity_task_scheduled_event_attributes")}
    started = [one for one in events if one.HasField("activity_task_started_event_attributes")]
    found = {one.activity_task_started_event_attributes.scheduled_event_id: one for one in started}
    pairs = [(one, found[id_]) for id_, one in scheduled.items() if id_ in found]
    return {one.activity_task_scheduled_event_attributes.activity_type.name: (one, begun) for one, begun in pairs}


def waited(call: tuple[HistoryEvent, HistoryEvent]) -> timedelta:
    """How long a call waited for a free slot, or for a poll."""
    scheduled, started = call
    return started.event_time.ToDatetime() - scheduled.event_time.ToDatetime()


async def test_the_server_hands_a_call_out_with_the_answer_to_the_workflow_task(stage: Stage) -> None:
    story = await stage.request(ONE, customer="c" * 60)
    await story.completes(ONE)
    made = await calls(story)
    for name in CALLS:
        wanted = made[name][0].activity_task_scheduled_event_attributes
        assert (wanted.task_queue.name, wanted.priority.priority_key) == (stage.queue, 0)
        assert wanted.priority.fairness_key.startswith(f"{stage.account}/c")
        assert waited(made[name]) < timedelta(milliseconds=1)
    assert "check_eligibility" not in made


async def test_no_call_of_a_limited_account_passes_the_servers_rate_limit_by(stage: Stage) -> None:
    queue = names.telnyx_queue(stage.queue)
    await stage.client.workflow_service.update_task_queue_config(
        UpdateTaskQueueConfigRequest(
            namespace=stage.client.namespace,
            task_queue=queue,
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
            update_fairness_key_rate_limit_default=UpdateTaskQueueConfigRequest.RateLimitUpdate(
                rate_limit=RateLimit(requests_per_second=PER_SECOND), reason="limit of the Telnyx account"
            ),
        )
    )
    stories = [await stage.request(one, limited=True, customer=one) for one in (ONE, TWO, THREE)]
    await asyncio.gather(*(story.until_asked("codes") for story in stories))
    made = [pair for story in stories for name, pair in (await calls(story)).items() if name != "watch_order"]
    scheduled = [one.activity_task_scheduled_event_attributes for one, _ in made]
    assert len(made) == 3 * len({"check_eligibility", "place_order", "request_codes"})
    assert {(one.task_queue.name, one.priority.fairness_key) for one in scheduled} == {(queue, stage.account)}
    begun = sorted(started.event_time.ToDatetime() for _, started in made)
    assert begun[-1] - begun[0] >= timedelta(seconds=0.9 * (len(made) - 1 - BURST) / PER_SECOND)


async def test_a_code_finds_a_connection_while_many_documents_are_uploaded(stage: Stage) -> None:
    """An account has few connections to Telnyx. Slow uploads take some of them, and never all."""
    await stage.faults(kinds=["slow"], calls=["upload"], delay=600)
    numbers = [f"+1512777{n:04d}" for n in range(MAX_CONNECTIONS + 4)]
    for story, number in zip([await stage.request(one) for one in numbers], numbers, strict=True):
        await story.prove(number)
    await until(lambda: stage.calls("POST", "/actions/file_upload"), lambda made: made == UPLOADS_AT_ONCE)
    quick = await stage.request(ONE, documents=False)
    await quick.until_asked("codes")
    assert (await quick.codes(ONE)).numbers[0].result == "verified"
    assert await stage.calls("POST", "/actions/file_upload") == UPLOADS_AT_ONCE


@pytest.mark.settings(grace_period=1.0)
async def test_a_code_does_not_wait_while_slow_looks_fill_every_slot_of_their_queue(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "WORK_AT_ONCE", SLOTS)
    monkeypatch.setattr(worker, "LOOKS_AT_ONCE", SLOTS)
    await stage.workers.stop()
    await stage.workers.start()
    quick, *slow = [await stage.request(one) for one in (ONE, *(f"+1512777{n:04d}" for n in range(SLOTS + 4)))]
    await asyncio.gather(*(story.until_asked("codes") for story in (quick, *slow)))
    await stage.faults(kinds=["slow"], calls=["get"], delay=600)
    await asyncio.gather(*(story.hint() for story in slow))
    await until(lambda: _looks_under_way(slow), lambda running: running >= SLOTS - 1)  # one may be the lister's
    reads = await _reads(stage)
    assert (await quick.codes(ONE)).numbers[0].result == "verified"
    assert await _reads(stage) == reads, "no look had ended before the code was answered"
    assert waited((await calls(quick))["submit_codes"]) < timedelta(milliseconds=1)


async def _looks_under_way(stories: list[Story]) -> int:
    running = await asyncio.gather(*(story.running_activities() for story in stories))
    return sum("watch_order" in one for one in running)


async def _reads(stage: Stage) -> int:
    return sum(call["method"] == "GET" and "_orders/" in call["path"] for call in await stage.control("calls"))
