"""Step 1: leave out what cannot be hosted."""

from temporalio import workflow

from domain.messages import Choice
from domain.vocabulary import Next, NumberState, Step
from domain.work import CheckEligibility, EligibilityVerdict
from workflows import patience
from workflows.hosting import Hosting
from workflows.state import CHECK_GOOD_FOR

with workflow.unsafe.imports_passed_through():
    from activities.eligibility import EligibilityActivities


async def check_eligibility(hosting: Hosting) -> None:
    """Have the numbers checked that are to be ordered, unless that was lately; what cannot be hosted is settled."""
    state, now = hosting.state, workflow.now()
    lately = state.eligible_as_of is not None and now - state.eligible_as_of < CHECK_GOOD_FOR
    if lately or not state.to_check():  # a new run of a request whose order is under way has nothing to check
        return
    hosting.enter(Step.ELIGIBILITY)

    async def check(_chosen: Choice | None) -> EligibilityVerdict:
        numbers = state.to_check()
        work = CheckEligibility(
            account=hosting.request.account,
            messaging_profile_id=hosting.request.messaging_profile_id,
            phone_numbers=numbers,
            all_or_nothing=hosting.request.options.all_or_nothing,
            internal_transfer=hosting.request.options.internal_transfer,
        )
        step, summary = EligibilityActivities.check_eligibility, f"check whether {len(numbers)} number(s) can be hosted"
        verdict = await hosting.promptly(step, work, patience.READ, summary)
        state.fingerprints = state.fingerprints or verdict.fingerprints
        state.hosted_elsewhere = verdict.hosted_elsewhere
        return verdict

    verdict = await hosting.settled(check)
    state.eligible_as_of = workflow.now()
    if verdict is not None:
        hosting.note(verdict.because)
        if verdict.next is Next.STOP:
            state.end(state.to_check(), NumberState.LEFT_OUT, verdict.because)
