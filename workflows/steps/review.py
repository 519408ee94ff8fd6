"""Step 5: Telnyx and the losing carrier review, 1–3 business days. The watch reports when something changes."""

from domain.vocabulary import NumberState, Step
from workflows.request.context import RequestContext
from workflows.request.event_loop import process_next_event


async def await_review(request: RequestContext) -> None:
    """Wait until no number is in review, or until an earlier step is needed again."""
    state = request.state
    if not state.in_round(NumberState.IN_REVIEW):
        return
    request.enter(Step.REVIEW)
    while state.in_round(NumberState.IN_REVIEW) and not state.in_round(NumberState.UNVERIFIED, NumberState.VERIFIED):
        await process_next_event(request)
