"""Between rounds: numbers that the carrier rejected, or that timed out twice, are on hold until a person decides."""

from domain.vocabulary import AskKind
from workflows.request.context import RequestContext
from workflows.request.event_loop import ask_about_holds, process_next_event


async def await_numbers_to_order(request: RequestContext) -> bool:
    """Wait until a number is to be ordered or none is on hold. True when there is one to order."""
    state = request.state
    while not state.to_order() and (state.on_hold(AskKind.CARRIER) or state.on_hold(AskKind.SUPPORT)):
        await ask_about_holds(request)
        await process_next_event(request)
    return bool(state.to_order())
