"""Step 1: leave out what cannot be hosted."""

from datetime import datetime

from temporalio import workflow

from domain.activity_io import CheckEligibility, EligibilityVerdict
from domain.vocabulary import Next, NumberState, Step
from workflows import activity_options
from workflows.request.context import RequestContext

with workflow.unsafe.imports_passed_through():
    from activities.eligibility import EligibilityActivities


async def check_eligibility(hosting: RequestContext) -> None:
    """Have the numbers checked that are to be ordered, unless that was lately; what cannot be hosted is settled.

    A person may take weeks to say that a number is to be ordered all the same: what was checked before is old by then.
    """
    while hosting.state.to_check() and not _is_recent(hosting.state.checked_until):
        hosting.enter(Step.ELIGIBILITY)
        verdict = await hosting.settled(lambda _chosen: _check(hosting))
        if verdict is not None:
            _obey(hosting, verdict)


def _is_recent(checked_until: datetime | None) -> bool:
    return checked_until is not None and workflow.now() < checked_until


async def _check(hosting: RequestContext) -> EligibilityVerdict:
    state, numbers = hosting.state, hosting.state.to_check()
    work = CheckEligibility(
        account=hosting.request.account,
        messaging_profile_id=hosting.request.messaging_profile_id,
        phone_numbers=numbers,
        all_or_nothing=hosting.request.options.all_or_nothing,
        internal_transfer=hosting.request.options.internal_transfer,
        accepted=state.accepted,
    )
    step, summary = EligibilityActivities.check_eligibility, f"check whether {len(numbers)} number(s) can be hosted"
    verdict = await hosting.try_once_then_persist(step, work, activity_options.READ, summary)
    state.fingerprints = state.fingerprints or verdict.fingerprints
    state.hosted_elsewhere, state.checked = verdict.hosted_elsewhere, numbers
    return verdict


def _obey(hosting: RequestContext, verdict: EligibilityVerdict) -> None:
    state = hosting.state
    state.eligible_as_of = verdict.checked_at or workflow.now()
    hosting.note(verdict.because)
    if verdict.next is Next.STOP:
        state.end(state.to_check(), NumberState.LEFT_OUT, verdict.because)
    if verdict.next is Next.ASK and verdict.need is not None:  # it was answered: order them all the same
        asked = [number for number in verdict.need.numbers if number in verdict.numbers]
        state.accepted |= {number: verdict.numbers[number].status for number in asked}
