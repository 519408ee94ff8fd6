"""Each rule about a request under way bites: a moment is made by hand, and the rule is reported as broken."""

import time

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent, WorkflowExecutionSignaledEventAttributes

from domain.messages import AskView, Progress
from tests.property import invariants
from tests.property.clock import ServerStuck
from tests.property.hand_made_story import ONE, TWO, HandMadeStory
from tests.property.rules import Rule

ASK = AskView(id="choice-1", kind="choice", numbers=[ONE], guidance="Look these numbers up.")
ASK_AGAIN = ASK.model_copy(update={"id": "choice-2"})


async def test_an_open_request_waits_for_something(story: HandMadeStory, monkeypatch: pytest.MonkeyPatch) -> None:
    story.shows()
    begun = time.monotonic()
    assert await story.look() == [], "it waits for its timer"
    assert time.monotonic() - begun < 1
    monkeypatch.setattr(invariants, "LOOK_EVERY", 0.0)
    story.handle.events.clear()
    assert await story.look() == [Rule.WAITS_FOR_SOMETHING]


async def test_a_request_whose_activity_the_server_lost_says_nothing(
    story: HandMadeStory, monkeypatch: pytest.MonkeyPatch
) -> None:
    story.shows()
    monkeypatch.setattr(invariants, "LOOK_EVERY", 0.0)
    cancelled = HistoryEvent(event_type=EventType.EVENT_TYPE_ACTIVITY_TASK_CANCEL_REQUESTED)
    cancelled.activity_task_cancel_requested_event_attributes.scheduled_event_id = 5
    story.handle.events[:] = [cancelled]
    with pytest.raises(ServerStuck):
        await story.look()
    failed = HistoryEvent(event_type=EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED)
    failed.activity_task_failed_event_attributes.scheduled_event_id = 5
    story.handle.events.append(failed)
    assert await story.look() == [Rule.WAITS_FOR_SOMETHING]


async def test_nothing_is_asked_again_while_nothing_has_changed(story: HandMadeStory) -> None:
    story.shows(ASK)
    assert await story.look() == []
    story.shows(ASK_AGAIN)
    assert await story.look(days=1) == [Rule.NOT_ASKED_AGAIN]


async def test_the_same_may_be_asked_again_after_a_change_at_telnyx_or_by_a_person(story: HandMadeStory) -> None:
    order = story.order()
    story.shows(ASK)
    await story.look()
    story.shows(ASK_AGAIN)
    story.set_status(order, one="failed")
    await story.look()
    story.shows(ASK.model_copy(update={"id": "choice-3"}))
    story.run.changes += 1
    assert await story.look() == []


async def test_the_same_is_not_asked_twice_at_a_time(story: HandMadeStory) -> None:
    story.shows(ASK, ASK_AGAIN)
    assert Rule.NOT_ASKED_TWICE in await story.look()


async def test_a_history_grows_by_what_happens_and_by_what_is_asked(story: HandMadeStory) -> None:
    story.shows(ASK)
    await story.look(events=50)
    assert await story.look(events=6 * 30, days=30, things=1) == []
    story.shows(ASK.model_copy(update={"numbers": [TWO]}))
    assert await story.look(events=50, things=1) == []


async def test_a_history_does_not_grow_by_polls(story: HandMadeStory) -> None:
    """Ten days have fifteen polls, since the first day has more. A poll in the history would cost six events."""
    story.shows()
    await story.look(events=50)
    assert await story.look(events=6 * 15, days=10, things=1) == [Rule.SHORT_HISTORY]


@pytest.mark.parametrize(("trials", "broken"), [(2, []), (1, [Rule.SHORT_HISTORY])])
async def test_a_history_grows_by_the_tries_that_a_stopped_account_allows(
    story: HandMadeStory, trials: int, broken: list[Rule]
) -> None:
    story.shows()
    await story.look(events=40)
    resumed = WorkflowExecutionSignaledEventAttributes(signal_name="account_resumed")
    story.handle.events += [HistoryEvent()] * (story.handle.length - len(story.handle.events))
    story.handle.events += [HistoryEvent(workflow_execution_signaled_event_attributes=resumed)] * trials
    assert await story.look(events=2 * 19) == broken


@pytest.mark.parametrize(
    ("kind", "counts"), [("422", True), ("401", True), ("429", False), ("409", False), ("500", False)]
)
async def test_a_refusal_counts_as_a_thing_unless_it_is_waited_out(
    story: HandMadeStory, kind: str, *, counts: bool
) -> None:
    story.shows()
    await story.look(events=50)
    story.parts.world.faults.counts[kind] += 1
    assert (await story.look(events=55) == []) is counts


async def test_the_last_part_of_a_history_counts_once(story: HandMadeStory) -> None:
    story.shows()
    await story.look(events=50)
    story.handle.running = False
    story.request.result = Progress(reference="r", outcome="cancelled")
    assert len(await story.look(events=6 * 32, days=1, things=1)) == 1
    assert len(await story.look(events=0, days=32)) == 1, "it was checked once after its end"
