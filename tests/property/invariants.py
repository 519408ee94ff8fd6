"""Checks the rules of every story: while it runs, and when it is over."""

import asyncio
from collections.abc import Iterator

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory

from domain.messages import Progress
from tests.property.clock import ServerStuck
from tests.property.growth import EVENTS_PER_TRIAL, HistoryMark, most_events
from tests.property.outcomes import result_violations, unknown_orders
from tests.property.requests import Request
from tests.property.rules import Rule, Violation
from tests.property.stories import Action
from tests.property.story_run import StoryRun
from tests.workflows.failed_tasks import HARMLESS

STUCK_AFTER_LOOKS, LOOK_EVERY = 30, 0.1
"""Looks, and seconds between them, after which a request that waits for nothing is stuck. Busy machines need some."""

UNSEEN_ASKS = 2
"""Asks that one poll may open after our last look: about the documents, and about rejected numbers."""

_RESUMED = "account_resumed"
"""The signal with which an account lets a request try."""


async def check_now(run: StoryRun, _action: Action | None) -> None:
    """Check what must hold at every moment at which no request has anything to do."""
    run.env.monitor.look()
    run.env.held = {}
    for request in run.requests:
        if await request.is_open():
            seen = await request.look()
            for order_id in seen.order_ids:
                run.env.held.setdefault(order_id, set()).add(request.reference)
            request.remember_asks(seen, _world(run))
            await _check_that_it_waits(request, seen)
        await _check_growth(run, request)


async def _check_growth(run: StoryRun, request: Request) -> None:
    """The last check is the one after the end. Then asks may have been open that no look saw."""
    before = request.mark
    if before.over:
        return
    over = not await request.is_open()
    asks = before.asks + UNSEEN_ASKS if over else len((await request.look()).asks)
    events = (await request.handle.describe()).history_length
    things = run.things + run.refusals + request.updates_sent
    now = request.mark = HistoryMark(events=events, things=things, at=run.env.clock.elapsed, asks=asks, over=over)
    most = most_events(before, now)
    if events > most:  # a history is read only when it matters
        most += EVENTS_PER_TRIAL * _trials(await request.handle.fetch_history(), after=before.events)
    if events > most:
        details = f"from {before.events} to {events} events, where at most {most} are expected"
        request.violations.append(Violation(Rule.SHORT_HISTORY, details))


def _trials(history: WorkflowHistory, after: int) -> int:
    """How often the account let the request try again, after so many events."""
    signals = (event.workflow_execution_signaled_event_attributes for event in history.events[after:])
    return sum(one.signal_name == _RESUMED for one in signals)


def _world(run: StoryRun) -> object:
    """Everything that may be a reason to ask again."""
    faults = run.env.world.faults
    orders = tuple(
        (order.id, order.status, tuple((n, row.status) for n, row in order.numbers.items()))
        for order in run.env.world.orders.values()
    )
    return run.changes, faults.drawn, orders


async def _check_that_it_waits(request: Request, seen: Progress) -> None:
    """For a moment it may wait for nothing, while a workflow task is on its way. For longer it is stuck.

    Raises:
        ServerStuck: it waits for an activity that the server lost.
    """
    for _ in range(STUCK_AFTER_LOOKS):
        if seen.asks or not await request.is_open():
            return
        if (await request.handle.describe()).raw_description.pending_activities:
            return
        history = await request.handle.fetch_history()
        if _open_timers(history):
            return
        await asyncio.sleep(LOOK_EVERY)
        seen = await request.look()
    if has_lost_activity(history):
        raise ServerStuck
    request.violations.append(Violation(Rule.WAITS_FOR_SOMETHING, seen.model_dump_json()))


def _open_timers(history: WorkflowHistory) -> set[str]:
    started = {e.timer_started_event_attributes.timer_id for e in history.events if e.event_type == 17}
    gone = {e.timer_fired_event_attributes.timer_id for e in history.events if e.event_type == 18}
    gone |= {e.timer_canceled_event_attributes.timer_id for e in history.events if e.event_type == 20}
    return (started - gone) - {""}


def has_lost_activity(history: WorkflowHistory) -> bool:
    """Whether an activity was cancelled and has no end, although none is pending.

    This server removes a cancelled activity whose attempt fails and would be tried again, and tells no one. Other
    servers record the failure.
    """
    cancelled = {e.activity_task_cancel_requested_event_attributes.scheduled_event_id for e in history.events}
    failed = {e.activity_task_failed_event_attributes.scheduled_event_id for e in history.events}
    completed = {e.activity_task_completed_event_attributes.scheduled_event_id for e in history.events}
    timed_out = {e.activity_task_timed_out_event_attributes.scheduled_event_id for e in history.events}
    ended = {e.activity_task_canceled_event_attributes.scheduled_event_id for e in history.events}
    return bool(cancelled - failed - completed - timed_out - ended)


async def violations(run: StoryRun) -> list[Violation]:
    """Every broken rule, once the story is over."""
    found = [*run.env.monitor.violations, *unknown_orders(run)]
    for request in run.requests:
        found += request.violations
        if await request.is_open():
            found.append(Violation(Rule.ENDS, (await request.look()).model_dump_json()))
        else:
            found += result_violations(run, request)
        found += _failed_tasks(await request.handle.fetch_history())
    return found


def _failed_tasks(history: WorkflowHistory) -> Iterator[Violation]:
    for event in history.events:
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED:
            failed = event.workflow_task_failed_event_attributes
            if failed.cause != HARMLESS:
                yield Violation(Rule.NO_FAILED_TASK, f"{failed.failure.message} {failed.failure.cause.message}")
