"""Step 1: leave out the numbers that cannot be hosted."""

from datetime import datetime

from temporalio import workflow

from domain.activity_io import CheckEligibility, EligibilityVerdict
from domain.freshness import CHECK_GOOD_FOR
from domain.text import count
from domain.vocabulary import Next, NumberState, Step
from workflows import activity_options
from workflows.request.context import RequestContext
from workflows.request.questions import run_until_answered
from workflows.request.state import State

with workflow.unsafe.imports_passed_through():
    from activities.eligibility import EligibilityActivities


async def check_eligibility(request: RequestContext) -> None:
    """Have the numbers checked that are to be ordered, unless they were checked recently.

    A person may take weeks to say that a number is to be ordered anyway. The earlier check is too old by then.
    """
    while request.state.to_check() and not _is_recent(checked_until(request.state)):
        request.enter(Step.ELIGIBILITY)
        verdict = await run_until_answered(request, lambda _chosen: _check(request))
        if verdict is not None:
            _apply(request, verdict)


def checked_until(state: State) -> datetime | None:
    """When the check of the numbers to be ordered is too old; None while it was not made for all of them."""
    if state.eligible_as_of is None or not set(state.to_check()) <= set(state.checked):
        return None
    return state.eligible_as_of + CHECK_GOOD_FOR


def _is_recent(until: datetime | None) -> bool:
    return until is not None and workflow.now() < until


async def _check(request: RequestContext) -> EligibilityVerdict:
    state, numbers = request.state, request.state.to_check()
    work = CheckEligibility(
        account=request.given.account,
        messaging_profile_id=request.given.messaging_profile_id,
        phone_numbers=numbers,
        all_or_nothing=request.given.options.all_or_nothing,
        internal_transfer=request.given.options.internal_transfer,
        accepted=state.accepted,
        asked_at=workflow.now(),
    )
    summary = f"check whether {count(len(numbers), 'number')} can be hosted"
    verdict = await request.try_once_then_persist(
        EligibilityActivities.check_eligibility, work, activity_options.READ, summary
    )
    state.fingerprints = state.fingerprints or verdict.fingerprints
    state.hosted_elsewhere, state.checked = verdict.hosted_elsewhere, numbers
    return verdict


def _apply(request: RequestContext, verdict: EligibilityVerdict) -> None:
    state = request.state
    state.eligible_as_of = verdict.checked_at or workflow.now()
    state.record_event(verdict.because)
    if verdict.next is Next.STOP:
        state.finish(state.to_check(), NumberState.LEFT_OUT, verdict.because)
    if verdict.next is Next.ASK and verdict.need is not None:  # a person answered: order them anyway
        asked = [number for number in verdict.need.numbers if number in verdict.numbers]
        state.accepted |= {number: verdict.numbers[number].status for number in asked}
