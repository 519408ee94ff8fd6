"""What must hold in every story: while it is played, and when it is over."""

import asyncio
from collections.abc import Iterator

from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.client import WorkflowHistory

from domain.messages import Progress
from tests.property.growth import Mark, too_long
from tests.property.outcomes import about_result, about_strays
from tests.property.playing import Play
from tests.property.requests import Request
from tests.property.stories import Action

STUCK_AFTER_LOOKS, LOOK_EVERY = 30, 0.1
"""Looks, and the seconds between them, after which a request that waits for nothing is stuck; busy machines take some.
"""

UNSEEN_ASKS = 2
"""Asks that one look at an order may open after the last look of ours: about its papers, and about refused numbers."""

_HARMLESS = WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND
"""A signal came in while the workflow was deciding; the task is done again."""


async def hold_now(play: Play, _action: Action | None) -> None:
    """What must hold at any moment at which no request has anything to do."""
    play.scene.witness.look()
    play.scene.held = {}
    for request in play.requests:
        if await request.is_open():
            seen = await request.look()
            for order_id in seen.order_ids:
                play.scene.held.setdefault(order_id, set()).add(request.reference)
            request.note_asks(seen, _world(play))
            await _has_something_to_wait_for(request, seen)
        await _grows_within_bounds(play, request)


async def _grows_within_bounds(play: Play, request: Request) -> None:
    """The last time is the one after its end: then asks may have been open that nobody saw."""
    before = request.mark
    if before.over:
        return
    over = not await request.is_open()
    asks = before.asks + UNSEEN_ASKS if over else len((await request.look()).asks)
    events = (await request.handle.describe()).history_length
    things = play.things + play.refusals + request.written
    request.mark = Mark(events=events, things=things, at=play.scene.clock.elapsed, asks=asks, over=over)
    if wrong := too_long(before, request.mark):
        request.complaints.append(wrong)


def _world(play: Play) -> object:
    """Everything that could give a reason to ask again."""
    faults = play.scene.world.faults
    orders = tuple(
        (order.id, order.status, tuple((n, row.status) for n, row in order.numbers.items()))
        for order in play.scene.world.orders.values()
    )
    return play.happenings, faults.drawn, orders


async def _has_something_to_wait_for(request: Request, seen: Progress) -> None:
    """A moment without anything is a workflow task on its way; one that lasts is a request that is stuck."""
    for _ in range(STUCK_AFTER_LOOKS):
        if seen.asks or not await request.is_open():
            return
        if (await request.handle.describe()).raw_description.pending_activities:
            return
        if _open_timers(await request.handle.fetch_history()):
            return
        await asyncio.sleep(LOOK_EVERY)
        seen = await request.look()
    request.complaints.append(f"open, but it waits for nothing: {seen.model_dump_json()}")


def _open_timers(history: WorkflowHistory) -> set[str]:
    started = {e.timer_started_event_attributes.timer_id for e in history.events if e.event_type == 17}
    gone = {e.timer_fired_event_attributes.timer_id for e in history.events if e.event_type == 18}
    gone |= {e.timer_canceled_event_attributes.timer_id for e in history.events if e.event_type == 20}
    return (started - gone) - {""}


async def complaints(play: Play) -> list[str]:
    """Everything that did not hold, once the story is over."""
    found = [*play.scene.witness.complaints, *about_strays(play)]
    for request in play.requests:
        found += request.complaints
        if await request.is_open():
            found.append(f"never ended: {(await request.look()).model_dump_json()}")
        else:
            found += about_result(play, request)
        found += _about_history(await request.handle.fetch_history())
    return found


def _about_history(history: WorkflowHistory) -> Iterator[str]:
    for event in history.events:
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED:
            failed = event.workflow_task_failed_event_attributes
            if failed.cause != _HARMLESS:
                yield f"a workflow task failed: {failed.failure.message} {failed.failure.cause.message}"
