"""What must be true of how a request ended: one outcome for each number, which agrees with what Telnyx knows."""

from collections.abc import Iterator

from domain.messages import Progress
from domain.vocabulary import NumberState
from simulator.faults import CREATE_KINDS
from simulator.state import Order
from tests.property.playing import Play
from tests.property.requests import Request
from tests.property.stories import DAY, ORDINARY, Action, Do
from tests.property.truth import had_last_word, is_active, is_live, was_active

_FINAL = {state for state in NumberState if state.is_final}


def about_result(play: Play, request: Request) -> Iterator[str]:
    """What is wrong with how a request ended."""
    assert request.result is not None
    yield from _about_outcome(request.result)
    yield from _about_numbers(play, request, request.result)
    yield from _about_orders(play, request, request.result)
    yield from _about_hope(play, request, request.result)


def about_strays(play: Play) -> Iterator[str]:
    """Orders that were made for requests, may still activate a number, and are known to nobody."""
    results = [request.result for request in play.requests if request.result]
    known = {order_id for result in results for order_id in result.order_ids}
    searched = {row.phone_number for result in results if result.left_behind for row in result.numbers}
    for order_id in play.scene.witness.ours if len(results) == len(play.requests) else ():
        order = play.scene.world.orders[order_id]
        if order_id not in known and [n for n in order.numbers if is_live(order, n) and n not in searched]:
            yield f"the order {order_id} ({order.status}) was made, and no request knows it"


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
        if number.state == NumberState.ACTIVE:
            if number.phone_number not in play.scene.witness.ever_active | request.went_on:
                yield f"{number.phone_number} is called active, and never was"
            continue
        called = f"{number.phone_number} is {number.state} ({number.because})"
        if number.state in {"failed", "rejected"} and not _failed_for_a_reason(play, request, number.phone_number):
            yield f"{called}, and Telnyx never said so"
        for order in _orders(play, result):
            truly_active = is_active(order, number.phone_number) and not had_last_word(order, number.phone_number)
            if truly_active and not _is_said_of(order, result):
                yield f"{called}, but active in the order {order.id}"


def _failed_for_a_reason(play: Play, request: Request, phone_number: str) -> bool:
    """Whether Telnyx ended a number or left it out, at some time, or a person gave its order up for a new one."""
    assert request.result is not None
    return phone_number in request.ordered_anew or any(
        had_last_word(order, phone_number) or (order.id, phone_number) in play.scene.witness.left_out
        for order in _orders(play, request.result)
    )


def _orders(play: Play, result: Progress) -> list[Order]:
    return [play.scene.world.orders[order_id] for order_id in result.order_ids]


def _is_said_of(order: Order, result: Progress) -> bool:
    """Whether the outcome says of an order that it is left behind."""
    return any(order.id in sentence for sentence in result.left_behind)


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


def _about_orders(play: Play, request: Request, result: Progress) -> Iterator[str]:
    """What is left at Telnyx is said, unless it was active or over, or a person called it active."""
    for order in _orders(play, result):
        live = [
            number
            for number in order.numbers
            if is_live(order, number)
            and not (number in request.went_on or had_last_word(order, number) or was_active(order, number))
        ]
        if live and not _is_said_of(order, result):
            yield f"the order {order.id} ({order.status}) is left behind without a word, with {live}"
