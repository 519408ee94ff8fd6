"""Step 2: one order, exactly one, for the numbers of the round."""

from temporalio import workflow

from domain.activity_io import PlacementVerdict, PlaceOrder
from domain.messages import Choice, NumberVerdict
from domain.vocabulary import ChoiceKind, Next, NumberState, Step
from workflows import activity_options
from workflows.request.context import RequestContext
from workflows.steps.eligibility import check_eligibility

with workflow.unsafe.imports_passed_through():
    from activities.ordering.place import OrderingActivities


async def place_order(hosting: RequestContext) -> None:
    """Give the round its order; without one only when its numbers were given up."""
    if hosting.round.order_id:
        return
    verdict = await hosting.settled(lambda chosen: _place(hosting, chosen))
    if verdict is None or not verdict.order_id:
        return
    hosting.note(f"Order {verdict.order_id}: {verdict.because}")
    _leave_out_missing(hosting)
    hosting.watch.keep_on()


async def _place(hosting: RequestContext, chosen: Choice | None) -> PlacementVerdict:
    await check_eligibility(hosting)  # again, when a person or an outage held the order up for long
    hosting.enter(Step.ORDER)
    hosting.display.refresh()
    numbers, info = hosting.state.waiting(NumberState.NEW), workflow.info()
    hosting.round.numbers, hosting.round.may_have_order = numbers, bool(numbers)
    if not numbers:
        return PlacementVerdict(next=Next.STOP, because="No number is left to order.")
    work = PlaceOrder(
        reference=hosting.request.reference,
        account=hosting.request.account,
        messaging_profile_id=hosting.request.messaging_profile_id,
        phone_numbers=numbers,
        adopt=chosen.order_id if chosen and chosen.choice == ChoiceKind.ADOPT else "",
        all_or_nothing=hosting.request.options.all_or_nothing,
        started_afresh=info.run_id != info.first_execution_run_id,
        checked_until=hosting.state.checked_until,
    )
    step, summary = OrderingActivities.place_order, f"place the order for {len(numbers)} number(s)"
    verdict = await hosting.calls.telnyx(step, work, activity_options.CREATE, summary)
    take_order(hosting, verdict)
    hosting.calls.stop_if_cancelled()
    return verdict


def take_order(hosting: RequestContext, verdict: PlacementVerdict) -> None:
    """The round has the order that an activity found or placed; nothing else can be on its way.

    While a person is asked which of several orders is the round's own, one may be there that it does not know. An order
    that an earlier round could not remove may be found to name the numbers by now: it is not left behind any more.
    """
    state, order_id = hosting.state, verdict.order_id
    hosting.round.may_have_order = verdict.may_be_ours
    if order_id:
        hosting.round.order_id = order_id
        state.order_ids = [*(known for known in state.order_ids if known != order_id), order_id]
        state.left_behind = [left for left in state.left_behind if order_id not in left]


def _leave_out_missing(hosting: RequestContext) -> None:
    """Numbers that the new order does not name leave the round and get one more order, as after a time-out.

    When it names none the round is over at once, and its order is removed before there is another.
    """
    state = hosting.state
    missing = state.waiting(NumberState.NEW)
    hosting.round.numbers = [number for number in hosting.round.numbers if number not in missing]
    for number in missing:
        told = NumberVerdict(state=NumberState.FAILED, because="Telnyx left it out of the order.", next=Next.AGAIN)
        state.learn(number, told)
