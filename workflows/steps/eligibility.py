"""Step 1: leave out what cannot be hosted."""

from temporalio import workflow

from domain.messages import Choice
from domain.vocabulary import Next, NumberState, Step
from domain.work import CheckEligibility, EligibilityVerdict
from workflows import patience
from workflows.hosting import Hosting

with workflow.unsafe.imports_passed_through():
    from activities.eligibility import EligibilityActivities


async def check_eligibility(hosting: Hosting) -> None:
    """Have every number checked; those that cannot be hosted are settled, the others stay new."""
    state = hosting.state
    if state.eligibility_checked:
        return
    hosting.enter(Step.ELIGIBILITY)

    async def check(_chosen: Choice | None) -> EligibilityVerdict:
        numbers = state.in_state(NumberState.NEW)
        work = CheckEligibility(
            account=hosting.request.account,
            messaging_profile_id=hosting.request.messaging_profile_id,
            phone_numbers=numbers,
            all_or_nothing=hosting.request.options.all_or_nothing,
        )
        step, summary = EligibilityActivities.check_eligibility, f"check whether {len(numbers)} number(s) can be hosted"
        verdict = await hosting.promptly(step, work, patience.READ, summary)
        state.fingerprints = state.fingerprints or verdict.fingerprints
        return verdict

    verdict = await hosting.settled(check)
    state.eligibility_checked = True
    if verdict is not None:
        hosting.note(verdict.because)
        if verdict.next is Next.STOP:
            state.end(state.in_state(NumberState.NEW), NumberState.LEFT_OUT, verdict.because)
