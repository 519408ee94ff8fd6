"""The end of a request: one outcome, one notification, and an answer for everyone who still waits for one."""

from temporalio import workflow

from domain import command_hints
from domain.vocabulary import NumberState, Outcome, Step
from workflows.notifications import notify_of_request
from workflows.request.context import RequestContext
from workflows.request.state import State


async def report_outcome(request: RequestContext, if_none_active: Outcome) -> None:
    """Publish the outcome and notify people.

    Args:
        request: the request, whose numbers are all finished.
        if_none_active: the outcome when no number became active.
    """
    state = request.state
    state.asks, state.step = [], Step.DONE
    state.outcome = _outcome_of(state, if_none_active)
    state.record_event(f"Ended: {state.outcome.replace('_', ' ')}.")
    request.display.refresh()
    await notify_of_request(
        request.given,
        state,
        "request_ended",
        "notify of the end",
        list(state.numbers),
        outcome=state.outcome,
        step=state.step,
        text="\n".join([*state.left_behind, *_how_it_ended(state)]),  # a long text is cut at its end
        command=command_hints.show(request.given.reference),
    )


def _outcome_of(state: State, if_none_active: Outcome) -> Outcome:
    active = len(state.in_state(NumberState.ACTIVE))
    if active == len(state.numbers):
        return Outcome.ACTIVE
    return Outcome.PARTLY_ACTIVE if active else if_none_active


def _how_it_ended(state: State) -> list[str]:
    """One line for each way in which numbers ended, with the reason."""
    groups: dict[tuple[str, str], int] = {}
    for record in state.numbers.values():
        groups[record.state, record.because] = groups.get((record.state, record.because), 0) + 1
    return [f"{count} {name.replace('_', ' ')}: {because}" for (name, because), count in groups.items()]


async def answer_everyone(request: RequestContext, sentence: str) -> None:
    """Answer what is left in the inbox until every update handler has finished."""
    while True:
        request.answer_waiting(sentence)
        if workflow.all_handlers_finished():
            return
        await workflow.wait_condition(lambda: request.inbox.has_mail or workflow.all_handlers_finished())
