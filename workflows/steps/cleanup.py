"""Removes a request's orders at Telnyx when a round closes or the request stops, wherever that is safe."""

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from domain.activity_io import DeleteOrder, DeletionVerdict, FindOrder
from domain.vocabulary import Next, NumberState
from workflows import activity_options
from workflows.request.context import RequestContext
from workflows.request.records import Round
from workflows.steps.order import take_order

with workflow.unsafe.imports_passed_through():
    from activities.delete_order import DeleteOrderActivities
    from activities.ordering.find import FindOrderActivities


_SEARCHES = {
    True: "An order may have been placed. It is looked for once more, for a day at most.",
    False: "No order was placed. Other open orders with these numbers are looked for, to name them at the end.",
}
_UNKNOWN = {
    True: "An order may have been placed whose id is not known. Look for these numbers in the Telnyx portal.",
    False: "Others may have open orders with these numbers. Look for them in the Telnyx portal.",
}
"""What is said of a search, and of one that failed, by whether the request may have sent an order."""


async def clean_up(request: RequestContext, because: str) -> None:
    """Remove what a stopped request has at Telnyx, where that is safe, and finish every number."""
    request.watch.stop()
    request.state.asks = []
    request.stop(because)
    request.display.refresh()
    if _may_have_order(request):
        await _find_order(request)
    if request.state.round is not None and request.round.order_id:
        await _delete_order(request)
    request.state.clear_holds()
    request.state.finish(request.state.numbers, NumberState.GIVEN_UP, because)


async def close_round(request: RequestContext) -> None:
    """End a round. An order that still holds numbers given up is removed, unless a number in it became active.

    An order that holds none of the numbers it was placed for is removed, too: no one would ever look at it again.
    """
    request.watch.stop()
    if _may_have_order(request):  # for example when a person was asked which order it is, and gave the numbers up
        await _find_order(request)
    if request.round.order_id and (request.state.given_up_in_order() or not request.round.numbers):
        await _delete_order(request)
    request.state.round = None
    request.calls.stop_if_cancelled()  # or the numbers to be retried would be ordered first


async def remove_forgotten_order(request: RequestContext) -> None:
    """Remove the order that a run placed before it was reset, and of which it knows nothing since."""
    if not _may_have_order(request):
        return
    before = {number: record.model_copy() for number, record in request.state.numbers.items()}
    await _find_order(request)
    request.state.numbers.update(before)  # what this run decided holds, and its order goes
    if request.round.order_id:
        request.state.move(before, NumberState.GIVEN_UP, "It was ordered before the workflow was reset.")
        await _delete_order(request)
    request.state.round = None


def _may_have_order(request: RequestContext) -> bool:
    """Whether there may be an order whose id this run does not know."""
    round_ = request.state.round
    return _has_forgotten(request) or (round_ is not None and round_.may_have_order)


def _has_forgotten(request: RequestContext) -> bool:
    """Whether this run may have been reset to before its first order, or continues one that had none yet."""
    info = workflow.info()
    return info.run_id != info.first_execution_run_id and not request.state.order_ids


async def _find_order(request: RequestContext) -> None:
    request.state.round = request.state.round or Round(numbers=list(request.state.numbers))
    work = FindOrder(
        reference=request.given.reference,
        account=request.given.account,
        messaging_profile_id=request.given.messaging_profile_id,
        phone_numbers=request.state.round_numbers,
        forgotten=_has_forgotten(request),
        may_have_sent=request.round.may_have_sent or _has_forgotten(request),
    )
    request.state.record_event(_SEARCHES[work.may_have_sent])
    summary = "look once more for an order that may have been placed"
    try:
        verdict = await request.calls.telnyx(FindOrderActivities.find_order, work, activity_options.SEARCH, summary)
    except ActivityError as error:
        why = error.cause.message if isinstance(error.cause, ApplicationError) else "Telnyx did not answer."
        request.state.leave_behind("", f"{_UNKNOWN[work.may_have_sent]} {why}")
        return
    take_order(request, verdict)
    request.state.apply_verdict(verdict)


async def _delete_order(request: RequestContext) -> None:
    """Delete the round's order if that is safe. A number that became active just before stays active."""
    work = _deletion_of(request)
    request.state.record_event(f"The order {work.order_id} is to be deleted if that is safe. It is tried for a day.")
    summary = f"delete the order {work.order_id} if that is safe"
    try:
        verdict = await request.calls.telnyx(DeleteOrderActivities.delete_order, work, activity_options.DELETE, summary)
    except ActivityError:
        verdict = DeletionVerdict(
            next=Next.STOP,
            left_behind=f"Telnyx did not answer about the order {work.order_id}: delete it in the Telnyx portal.",
        )
    request.state.apply_verdict(verdict)
    if verdict.left_behind:
        request.state.leave_behind(work.order_id, verdict.left_behind)
    if verdict.deleted:
        request.state.record_event(f"The order {work.order_id} was deleted.")


def _deletion_of(request: RequestContext) -> DeleteOrder:
    """The order to delete. Numbers given up count as in review: the activity must look at what became of them."""
    work = DeleteOrder(**dict(request.order_in_hand()), ours=list(request.state.numbers))
    given_up = request.state.given_up_in_order()
    if not given_up:
        return work
    in_review = [*work.known.get(NumberState.IN_REVIEW, []), *given_up]
    return work.model_copy(update={"known": {**work.known, NumberState.IN_REVIEW: in_review}})
