"""Checks how a request ended: each number has one outcome, which agrees with what Telnyx knows."""

from collections.abc import Iterator

from domain.messages import Progress
from domain.vocabulary import NumberState
from simulator.faults import CREATE_KINDS
from simulator.state import Order
from tests.property.requests import Request
from tests.property.rules import Rule, Violation
from tests.property.stories import DAY, ORDINARY, Action, Do
from tests.property.story_run import StoryRun
from tests.property.truth import ever_failed, is_active, is_live, was_active

_FINAL = {state for state in NumberState if state.is_final}


def result_violations(run: StoryRun, request: Request) -> Iterator[Violation]:
    """Every broken rule about the end of a request."""
    assert request.result is not None
    yield from _outcome(request.result)
    yield from _numbers(run, request, request.result)
    yield from _orders_left(run, request, request.result)
    yield from _unhindered(run, request, request.result)


def unknown_orders(run: StoryRun) -> Iterator[Violation]:
    """Orders that were placed for requests, can still activate a number, and are known to no request."""
    results = [request.result for request in run.requests if request.result]
    known = {order_id for result in results for order_id in result.order_ids}
    searched = {row.phone_number for result in results if result.left_behind for row in result.numbers}
    for order_id in run.env.monitor.ours if len(results) == len(run.requests) else ():
        order = run.env.world.orders[order_id]
        if order_id not in known and [n for n in order.numbers if is_live(order, n) and n not in searched]:
            yield Violation(Rule.ORDERS_ARE_KNOWN, f"{order_id} ({order.status})")


def _outcome(result: Progress) -> Iterator[Violation]:
    active = [number.state == NumberState.ACTIVE for number in result.numbers]
    agrees = {"active": all(active), "partly_active": any(active) and not all(active)}
    if not agrees.get(result.outcome, result.outcome in {"not_active", "cancelled", "expired"} and not any(active)):
        yield Violation(Rule.OUTCOME_FITS, f"{result.outcome}, with {result.numbers}")
    if result.asks:
        yield Violation(Rule.NO_OPEN_ASK, str(result.asks))


def _numbers(run: StoryRun, request: Request, result: Progress) -> Iterator[Violation]:
    if [number.phone_number for number in result.numbers] != list(request.plan.phone_numbers):
        yield Violation(Rule.ONE_FINAL_STATE, str(result.numbers))
    for number in result.numbers:
        ended = f"{number.phone_number} ended as {number.state} ({number.because})"
        if number.state not in _FINAL:
            yield Violation(Rule.ONE_FINAL_STATE, ended)
        if number.state == NumberState.ACTIVE:
            if number.phone_number not in run.env.monitor.ever_active | request.called_active:
                yield Violation(Rule.ACTIVE_IS_TRUE, ended)
            continue
        if number.state in {"failed", "rejected"} and not _failed_for_a_reason(run, request, number.phone_number):
            yield Violation(Rule.FAILED_IS_TRUE, ended)
        for order in _orders(run, result):
            truly_active = is_active(order, number.phone_number) and not ever_failed(order, number.phone_number)
            if truly_active and not _is_left_behind(order, result):
                yield Violation(Rule.ACTIVE_IS_REPORTED, f"{ended}, but it is active in the order {order.id}")


def _failed_for_a_reason(run: StoryRun, request: Request, phone_number: str) -> bool:
    """Whether Telnyx ended a number or left it out at any time, or a person gave its order up for a new one."""
    assert request.result is not None
    return phone_number in request.reordered or any(
        ever_failed(order, phone_number) or (order.id, phone_number) in run.env.monitor.left_out
        for order in _orders(run, request.result)
    )


def _orders(run: StoryRun, result: Progress) -> list[Order]:
    return [run.env.world.orders[order_id] for order_id in result.order_ids]


def _is_left_behind(order: Order, result: Progress) -> bool:
    """Whether the result names an order as left behind."""
    return any(order.id in sentence for sentence in result.left_behind)


def _orders_left(run: StoryRun, request: Request, result: Progress) -> Iterator[Violation]:
    """What is left at Telnyx is named, unless it was active or finished, or a person called it active."""
    for order in _orders(run, result):
        live = [
            number
            for number in order.numbers
            if is_live(order, number)
            and not (number in request.called_active or ever_failed(order, number) or was_active(order, number))
        ]
        if live and not _is_left_behind(order, result):
            yield Violation(Rule.ORDERS_ARE_NAMED, f"{order.id} ({order.status}) with {live}")


def _unhindered(run: StoryRun, request: Request, result: Progress) -> Iterator[Violation]:
    """Every number becomes active if people help, no one decides against it, and all faults pass."""
    ordered = [number for one in run.story.requests for number in one.phone_numbers]
    ordinary = set(ordered) <= set(ORDINARY) and len(set(ordered)) == len(ordered)
    waits = sum(action.figure for action in run.story.actions if action.do is Do.WAIT)
    unhindered = run.story.helpful and all(_is_harmless(action) for action in run.story.actions) and waits < 20 * DAY
    asked = {key[0] for key in request.asked}
    if ordinary and unhindered and asked <= {"codes", "documents"} and result.outcome != "active":
        yield Violation(Rule.UNHINDERED_IS_ACTIVE, result.model_dump_json())


_HARMLESS = {Do.HELP, Do.LOOK, Do.WAIT, Do.HURRY, Do.START, Do.WEBHOOK, Do.CODES, Do.SIGNAL_CODES, Do.RESEND}
_HARMLESS |= {Do.DOCUMENTS, Do.RETRY, Do.PORTAL_CODE, Do.PORTAL_DOCUMENTS, Do.CALM}


def _is_harmless(action: Action) -> bool:
    """Whether an action changes no outcome. Faults of the network and of Telnyx's health pass."""
    kind = action.how.partition(":")[0]
    fault_passes = action.do is Do.FAULTS and (not kind.startswith("4") or kind == "429") and kind not in CREATE_KINDS
    return action.do in _HARMLESS or fault_passes
