"""Between rounds: numbers on hold, after a rejection or a failure that support may fix, wait for a person."""

from domain.asks import HOLDS
from workflows.request.context import RequestContext
from workflows.request.event_loop import ask_about_holds, process_next_event


async def await_numbers_to_order(request: RequestContext) -> bool:
    """Wait until a number is to be ordered or none is on hold. True when there is one to order."""
    state = request.state
    while not state.to_order() and any(state.on_hold(kind) for kind in HOLDS):
        await ask_about_holds(request)
        await process_next_event(request)
    return bool(state.to_order())
