"""Between rounds: numbers that the carrier refused, or that timed out twice, wait for a person."""

from domain.vocabulary import AskKind
from workflows.request.context import RequestContext


async def something_to_order(hosting: RequestContext) -> bool:
    """Wait until some number is to be ordered, or none waits for a person any more; says which."""
    state = hosting.state
    while not state.to_order() and (state.parked(AskKind.CARRIER) or state.parked(AskKind.SUPPORT)):
        await hosting.ask_about_holds()
        await hosting.turn()
    return bool(state.to_order())
