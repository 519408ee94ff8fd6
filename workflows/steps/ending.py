"""How a request ends: what is left at Telnyx is removed where that is safe, and every number gets its outcome."""

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from domain import command_hints
from domain.activity_io import DeleteOrder, DeletionVerdict, FindOrder
from domain.messages import Answer
from domain.vocabulary import NumberState, Outcome, Step
from workflows import activity_options
from workflows.notifications import tell
from workflows.request.context import RequestContext
from workflows.request.records import Round
from workflows.request.state import State
from workflows.steps.order import take_order

with workflow.unsafe.imports_passed_through():
    from activities.delete_order import DeleteOrderActivities
    from activities.ordering.place import OrderingActivities


async def clean_up(hosting: RequestContext, because: str) -> None:
    """Remove what a stopped request has at Telnyx, where that is safe, and settle every number."""
    hosting.watch.stop()
    hosting.state.asks, hosting.state.stopping = [], because
    hosting.inbox.answer_rest(Answer(accepted=False, sentence=because))
    hosting.display.refresh()
    if _may_have_order(hosting):
        await _find_order(hosting)
    if hosting.state.round is not None and hosting.round.order_id:
        await _delete_order(hosting)
    hosting.state.clear_holds()
    hosting.state.end(hosting.state.numbers, NumberState.GIVEN_UP, because)


async def close_round(hosting: RequestContext) -> None:
    """A round is over: an order that still holds numbers given up is removed, unless one in it became active.

    So is one that names none of the numbers that it was placed for: nobody would ever look at it again.
    """
    hosting.watch.stop()
    if _may_have_order(hosting):  # such as when its numbers were given up while a person was asked which is theirs
        await _find_order(hosting)
    if hosting.round.order_id and (hosting.state.given_up_in_order() or not hosting.round.numbers):
        await _delete_order(hosting)
    hosting.state.round = None


async def look_back(hosting: RequestContext) -> None:
    """A run that was reset forgot what it did before, and may end without ever coming to the order it placed then."""
    if not _may_have_order(hosting):
        return
    before = {number: record.model_copy() for number, record in hosting.state.numbers.items()}
    await _find_order(hosting)
    hosting.state.numbers.update(before)  # what this run decided holds, and its order goes
    if hosting.round.order_id:
        hosting.state.move(before, NumberState.GIVEN_UP, "It was ordered before the workflow was reset.")
        await _delete_order(hosting)
    hosting.state.round = None


def _may_have_order(hosting: RequestContext) -> bool:
    """Whether there may be an order whose id this run does not know."""
    round_ = hosting.state.round
    return _has_forgotten(hosting) or (round_ is not None and round_.may_have_order)


def _has_forgotten(hosting: RequestContext) -> bool:
    """Whether this run may have been reset to before its first order, or continues one that had none yet."""
    info = workflow.info()
    return info.run_id != info.first_execution_run_id and not hosting.state.order_ids


async def _find_order(hosting: RequestContext) -> None:
    hosting.state.round = hosting.state.round or Round(numbers=list(hosting.state.numbers))
    work = FindOrder(
        reference=hosting.request.reference,
        account=hosting.request.account,
        messaging_profile_id=hosting.request.messaging_profile_id,
        phone_numbers=hosting.state.round_numbers,
        forgotten=_has_forgotten(hosting),
    )
    summary = "look once more for an order that may have been placed"
    try:
        verdict = await hosting.calls.telnyx(OrderingActivities.find_order, work, activity_options.SEARCH, summary)
    except ActivityError as error:
        why = error.cause.message if isinstance(error.cause, ApplicationError) else "Telnyx did not answer."
        hosting.state.left_behind.append(
            f"An order may have been placed whose id is not known: look for these numbers in the Telnyx portal. {why}",
        )
        return
    take_order(hosting, verdict)
    hosting.learn(verdict)


async def _delete_order(hosting: RequestContext) -> None:
    """Delete the round's order if that is safe; a number given up a moment before it became active is active."""
    work = DeleteOrder(**dict(hosting.order_in_hand()), ours=list(hosting.state.numbers))
    summary = f"delete the order {work.order_id} if that is safe"
    if given_up := hosting.state.given_up_in_order():
        in_review = [*work.known.get(NumberState.IN_REVIEW, []), *given_up]
        work = work.model_copy(update={"known": {**work.known, NumberState.IN_REVIEW: in_review}})
    try:
        verdict = await hosting.calls.telnyx(DeleteOrderActivities.delete_order, work, activity_options.DELETE, summary)
    except ActivityError:
        verdict = DeletionVerdict(
            next="stop",
            left_behind=f"Telnyx did not answer about the order {work.order_id}: delete it in the Telnyx portal.",
        )
    hosting.learn(verdict)
    if verdict.left_behind:
        hosting.state.left_behind.append(verdict.left_behind)
    if verdict.deleted:
        hosting.note(f"The order {work.order_id} was deleted.")


def outcome_of(hosting: RequestContext, otherwise: Outcome) -> Outcome:
    """The one word for how the request ended; `otherwise` is for when no number became active."""
    records = hosting.state.numbers.values()
    active = sum(record.state is NumberState.ACTIVE for record in records)
    if active == len(records):
        return Outcome.ACTIVE
    return Outcome.PARTLY_ACTIVE if active else otherwise


async def report(hosting: RequestContext, otherwise: Outcome) -> None:
    """Publish the outcome and tell people."""
    state = hosting.state
    state.asks, state.step = [], Step.DONE
    state.outcome = outcome_of(hosting, otherwise)
    hosting.note(f"Ended: {state.outcome.replace('_', ' ')}.")
    hosting.display.refresh()
    await tell(
        hosting.request,
        "request_ended",
        "tell how it ended",
        outcome=state.outcome,
        step=state.step,
        numbers=len(state.numbers),
        ends=tuple(state.numbers),
        text="\n".join([*state.left_behind, *_how_it_ended(state)]),  # news is cut at its end
        command=command_hints.show(hosting.request.reference),
    )


def _how_it_ended(state: State) -> list[str]:
    """One line for each thing that became of numbers, and why."""
    groups: dict[tuple[str, str], int] = {}
    for record in state.numbers.values():
        groups[record.state, record.because] = groups.get((record.state, record.because), 0) + 1
    return [f"{count} {name.replace('_', ' ')}: {because}" for (name, because), count in groups.items()]


async def answer_everybody(hosting: RequestContext, sentence: str) -> None:
    """Leave nobody waiting: answer what is left in the inbox until every handler is done."""
    while True:
        hosting.inbox.answer_rest(Answer(accepted=False, sentence=sentence))
        if workflow.all_handlers_finished():
            return
        await workflow.wait_condition(lambda: hosting.inbox.has_mail or workflow.all_handlers_finished())
