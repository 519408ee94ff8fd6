"""Step 5: Telnyx and the losing carrier review, 1–3 business days; the watch tells when something changes."""

from domain.vocabulary import NumberState, Step
from workflows.request.context import RequestContext


async def await_review(hosting: RequestContext) -> None:
    """Wait until no number is in review, or until something before the review is wanted again."""
    state = hosting.state
    if not state.waiting(NumberState.IN_REVIEW):
        return
    hosting.enter(Step.REVIEW)
    while state.waiting(NumberState.IN_REVIEW) and not state.waiting(NumberState.UNVERIFIED, NumberState.VERIFIED):
        await hosting.turn()
