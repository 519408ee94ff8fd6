"""Step 3: each number is texted or called with a code, and a person reads it out."""

from temporalio import workflow

from domain.messages import Need
from domain.vocabulary import AskKind, NumberState, Step
from domain.work import OrderVerdict, RequestCodes
from workflows import patience
from workflows.hosting import Hosting

with workflow.unsafe.imports_passed_through():
    from activities.ownership import OwnershipActivities


async def prove_ownership(hosting: Hosting) -> None:
    """Wait until no number of the round lacks its proof: some codes may come now and the rest later."""
    if not hosting.state.waiting(NumberState.UNVERIFIED):
        return
    hosting.enter(Step.CODES)
    if not hosting.round.codes_requested:
        await hosting.settled(lambda _chosen: _request_codes(hosting))
        hosting.round.codes_requested = True
    while waiting := hosting.state.waiting(NumberState.UNVERIFIED):
        await hosting.asks.keep_open(_need(hosting, waiting))
        await hosting.turn()
    hosting.asks.close(AskKind.CODES)


async def _request_codes(hosting: Hosting) -> OrderVerdict:
    numbers, method = hosting.state.waiting(NumberState.UNVERIFIED), hosting.request.options.verification_method
    work = RequestCodes(**dict(hosting.order_in_hand()), phone_numbers=numbers, method=method)
    summary = f"have codes sent to {len(numbers)} number(s) by {method}"
    return await hosting.promptly(OwnershipActivities.request_codes, work, patience.PERSISTENT, summary)


def _need(hosting: Hosting, numbers: list[str]) -> Need:
    how = "called" if hosting.request.options.verification_method == "call" else "texted"
    guidance = (
        f"Telnyx {how} a code to each of these numbers: have it read out by whoever answers there, and hand it in."
        " If none came, have it sent again, also by a call."
    )
    return Need(kind=AskKind.CODES, numbers=numbers, guidance=guidance)
