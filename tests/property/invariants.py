"""What must hold in every story: while it is played, and when it is over."""

import asyncio
from collections.abc import Iterator

from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.client import WorkflowHistory

from domain.messages import Progress
from domain.vocabulary import NumberState
from simulator.faults import CREATE_KINDS
from tests.property.playing import Play
from tests.property.requests import Request
from tests.property.stories import DAY, ORDINARY, Action, Do
from tests.property.witness import is_live, was_over

EVENTS_AT_FIRST, EVENTS_PER_ACTION, EVENTS_PER_DAY = 150, 30, 12
"""The bound of a history. A day costs one reminder or look of each ask; polls cost nothing."""

STUCK_AFTER_LOOKS = 30
"""Looks, a tenth of a second apart, after which a request that waits for nothing is stuck; busy machines take some."""

_FINAL = {state for state in NumberState if state.is_final}
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
        await asyncio.sleep(0.1)
        seen = await request.look()
    request.complaints.append(f"open, but it waits for nothing: {seen.model_dump_json()}")


def _open_timers(history: WorkflowHistory) -> set[str]:
    started = {e.timer_started_event_attributes.timer_id for e in history.events if e.event_type == 17}
    gone = {e.timer_fired_event_attributes.timer_id for e in history.events if e.event_type == 18}
    gone |= {e.timer_canceled_event_attributes.timer_id for e in history.events if e.event_type == 20}
    return (started - gone) - {""}


async def complaints(play: Play) -> list[str]:
    """Everything that did not hold, once the story is over."""
    found = list(play.scene.witness.complaints)
    for request in play.requests:
        found += request.complaints
        if await request.is_open():
            found.append(f"never ended: {(await request.look()).model_dump_json()}")
        else:
            assert request.result is not None
            found += [*_about_outcome(request.result), *_about_numbers(play, request, request.result)]
            found += _about_orders(play, request, request.result)
            found += _about_hope(play, request, request.result)
        found += _about_history(play, await request.handle.fetch_history())
    return found


def _about_outcome(result: Progress) -> Iterator[str]:
    active = [number.state == NumberState.ACTIVE for number in result.numbers]
    agrees = {"active": all(active), "partly_active": any(active) and not all(active)}
    if not agrees.get(result.outcome, result.outcome in {"not_active", "cancelled", "expired"} and not any(active)):
        yield f"the outcome {result.outcome} does not fit the numbers {result.numbers}"
    if result.asks:
        yield f"asks are left open: {result.asks}"


def _about_numbers(play: Play, request: Request, result: Progress) -> Iterator[str]:
    if [number.phone_number for number in result.numbers] != list(request.plan.phone_numbers):
        yield f"not each number has one outcome: {result.numbers}"
    for number in result.numbers:
        if number.state not in _FINAL:
            yield f"{number.phone_number} ended as {number.state}"
        active_in = _active_in(play, result, number.phone_number)
        if number.state == NumberState.ACTIVE:
            known = play.scene.witness.ever_active | request.went_on
            if number.phone_number not in known:
                yield f"{number.phone_number} is called active, and never was"
        elif number.state in {"failed", "rejected"} and not _failed_for_a_reason(play, result, number.phone_number):
            yield f"{number.phone_number} is {number.state} ({number.because}), and Telnyx never said so"
        elif active_in and not result.left_behind:
            yield f"{number.phone_number} is {number.state} ({number.because}), but active in the order {active_in}"


def _failed_for_a_reason(play: Play, result: Progress, phone_number: str) -> bool:
    """Whether Telnyx ended a number, or its order, at some time; a fault may have said so without its being true."""
    orders = [play.scene.world.orders[order_id] for order_id in result.order_ids]
    return play.faults_met > 0 or any(was_over(order) or phone_number not in order.numbers for order in orders)


def _about_hope(play: Play, request: Request, result: Progress) -> Iterator[str]:
    """Where people help, nobody decides against it and whatever goes wrong passes, every number becomes active."""
    ordered = [number for one in play.story.requests for number in one.phone_numbers]
    plain = set(ordered) <= set(ORDINARY) and len(set(ordered)) == len(ordered)
    waits = sum(action.figure for action in play.story.actions if action.do is Do.WAIT)
    unhindered = play.story.helpful and all(_passes(action) for action in play.story.actions) and waits < 20 * DAY
    asked = {key[0] for key in request.asked}
    if plain and unhindered and asked <= {"codes", "documents"} and result.outcome != "active":
        yield f"nothing stood against it, and yet it ended as {result.outcome}: {result.model_dump_json()}"


_HARMLESS_DEEDS = {Do.HELP, Do.LOOK, Do.WAIT, Do.HURRY, Do.START, Do.WEBHOOK, Do.CODES, Do.SIGNAL_CODES, Do.RESEND}
_HARMLESS_DEEDS |= {Do.PAPERS, Do.RETRY, Do.PORTAL_CODE, Do.PORTAL_PAPERS, Do.CALM}


def _passes(action: Action) -> bool:
    """Whether something that happens changes no fate; a fault of the wire or of Telnyx's health passes."""
    kind = action.way.partition(":")[0]
    fault_passes = action.do is Do.FAULTS and (not kind.startswith("4") or kind == "429") and kind not in CREATE_KINDS
    return action.do in _HARMLESS_DEEDS or fault_passes


def _active_in(play: Play, result: Progress, phone_number: str) -> str:
    """The order of a request in which a number is active in truth, and never had another last word."""
    for order_id in result.order_ids:
        order = play.scene.world.orders[order_id]
        row = order.numbers.get(phone_number)
        if row is not None and row.status == "successful" and not was_over(order):
            return order_id
    return ""


def _about_orders(play: Play, request: Request, result: Progress) -> Iterator[str]:
    """What is left at Telnyx is said, unless a person called it active."""
    for order_id in result.order_ids:
        order = play.scene.world.orders[order_id]
        live = [number for number in order.numbers if is_live(order, number) and number not in request.went_on]
        if live and not was_over(order) and not result.left_behind:
            yield f"the order {order_id} ({order.status}) is left behind without a word, with {live}"


def _about_history(play: Play, history: WorkflowHistory) -> Iterator[str]:
    for event in history.events:
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED:
            failed = event.workflow_task_failed_event_attributes
            if failed.cause != _HARMLESS:
                yield f"a workflow task failed: {failed.failure.message} {failed.failure.cause.message}"
    days, actions = play.scene.clock.elapsed / DAY, len(play.story.actions)
    bound = EVENTS_AT_FIRST + EVENTS_PER_ACTION * actions + EVENTS_PER_DAY * days
    if len(history.events) > bound:
        yield f"{len(history.events)} events in {days:.0f} days and {actions} actions, at most {bound:.0f} expected"
