"""Step 2: exactly one order for the numbers of the round."""

from datetime import timedelta

from temporalio import workflow

from domain.activity_io import PlacementVerdict, PlaceOrder
from domain.messages import Choice
from domain.text import count
from domain.verdicts import NumberVerdict
from domain.vocabulary import ChoiceKind, Next, NumberState, Step
from workflows import activity_options
from workflows.request.context import RequestContext
from workflows.request.questions import run_until_answered
from workflows.steps.eligibility import check_eligibility, checked_until

with workflow.unsafe.imports_passed_through():
    from activities.ordering.place import PlaceOrderActivities


async def place_order(request: RequestContext) -> None:
    """Give the round its order. It stays without one only when all its numbers were given up."""
    if request.round.order_id:
        return
    verdict = await run_until_answered(request, lambda chosen: _place(request, chosen))
    if verdict is None or not verdict.order_id:
        return
    request.state.record_event(f"Order {verdict.order_id}: {verdict.because}")
    if verdict.watch_after and not request.round.has_unconfirmed_transfer:
        request.round.watch_from = workflow.now() + timedelta(seconds=verdict.watch_after)
    _order_missing_again(request)
    request.watch.keep_on()


async def _place(request: RequestContext, chosen: Choice | None) -> PlacementVerdict:
    await check_eligibility(request)  # again, when a person or an outage delayed the order for long
    request.enter(Step.ORDER)
    request.display.refresh()
    numbers = request.state.in_round(NumberState.NEW)
    request.round.numbers, request.round.may_have_order = numbers, bool(numbers)
    if not numbers:
        return PlacementVerdict(next=Next.STOP, because="No number is left to order.")
    sent_before, request.round.may_have_sent = request.round.may_have_sent, True
    method, summary = PlaceOrderActivities.place_order, f"place the order for {count(len(numbers), 'number')}"
    work = _order_of(request, numbers, chosen)
    verdict = await request.calls.telnyx(method, work, activity_options.CREATE, summary)
    take_order(request, verdict)
    request.round.may_have_sent = sent_before or verdict.may_have_sent
    request.calls.stop_if_cancelled()
    return verdict


def _order_of(request: RequestContext, numbers: list[str], chosen: Choice | None) -> PlaceOrder:
    info = workflow.info()
    return PlaceOrder(
        reference=request.given.reference,
        account=request.given.account,
        messaging_profile_id=request.given.messaging_profile_id,
        phone_numbers=numbers,
        adopt=chosen.order_id if chosen and chosen.choice == ChoiceKind.ADOPT else "",
        all_or_nothing=request.given.options.all_or_nothing,
        started_afresh=info.run_id != info.first_execution_run_id,
        checked_until=checked_until(request.state),
    )


def take_order(request: RequestContext, verdict: PlacementVerdict) -> None:
    """Take the order that an activity found or placed as the round's.

    Without one, `may_have_order` stays true while an order of ours may exist whose id is unknown. An
    order that an earlier round could not remove may be found to hold the numbers; then it is no longer left behind.
    Orders with the same numbers that were not taken are left behind from now on.
    """
    state, order_id = request.state, verdict.order_id
    request.round.may_have_order = verdict.may_be_ours
    if order_id:
        request.round.order_id = order_id
        state.order_ids = [*(known for known in state.order_ids if known != order_id), order_id]
        state.left_behind = [left for left in state.left_behind if order_id not in left]
    for other_id, sentence in verdict.not_taken.items():
        state.leave_behind(other_id, sentence)


def _order_missing_again(request: RequestContext) -> None:
    """Numbers that the new order does not hold leave the round and get one more order, as after a timeout.

    When the order holds none of them the round is over at once. Its order is removed before the next is placed.
    """
    missing = request.state.in_round(NumberState.NEW)
    request.round.numbers = [number for number in request.round.numbers if number not in missing]
    verdict = NumberVerdict(state=NumberState.FAILED, because="Telnyx did not put it into the order.", next=Next.AGAIN)
    for number in missing:
        request.state.numbers[number].apply(verdict)
