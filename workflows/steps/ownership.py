"""Step 3: each number is texted or called with a code, and a person reads it out."""

from datetime import datetime

from temporalio import workflow

from domain.activity_io import CodeRequestVerdict, RequestCodes
from domain.code_limits import CODES_LOST
from domain.messages import Need
from domain.text import join_some
from domain.vocabulary import AskKind, NumberState, Step
from workflows import activity_options
from workflows.request.context import RequestContext

with workflow.unsafe.imports_passed_through():
    from activities.ownership import OwnershipActivities


async def prove_ownership(hosting: RequestContext) -> None:
    """Wait until no number of the round lacks its proof: some codes may come now and the rest later."""
    if not hosting.state.to_prove():
        return
    hosting.enter(Step.CODES)
    while not hosting.round.codes_requested and hosting.state.to_prove():
        await _have_codes_sent(hosting)
    while waiting := hosting.state.to_prove():
        hosting.asks.narrow(CODES_LOST, waiting)
        await hosting.asks.keep_open(_need(hosting, waiting))
        await hosting.turn()
    hosting.asks.close(AskKind.CODES)
    hosting.asks.narrow(CODES_LOST, [])


async def _have_codes_sent(hosting: RequestContext) -> None:
    """Ask for the first codes, or wait until they may be asked for: codes that came meanwhile are dealt with."""
    verdict = await hosting.settled(lambda _chosen: _request_codes(hosting))
    if verdict is None or verdict.not_before is None:
        hosting.round.codes_requested = True
        if verdict is not None and verdict.need is not None and verdict.need.topic:
            await hosting.asks.keep_open(verdict.need)
        return
    hosting.note(verdict.because)
    await _until(hosting, verdict.not_before)


async def _until(hosting: RequestContext, instant: datetime) -> None:
    while workflow.now() < instant and hosting.state.to_prove():
        await hosting.turn(until=instant)


async def _request_codes(hosting: RequestContext) -> CodeRequestVerdict:
    numbers, method = hosting.state.waiting(NumberState.UNVERIFIED), hosting.request.options.verification_method
    summary = f"have codes sent to {len(numbers)} number(s) by {method}"
    work = code_request(hosting, numbers, method)
    verdict = await hosting.try_once_then_persist(
        OwnershipActivities.request_codes, work, activity_options.PERSISTENT, summary
    )
    remember_codes(hosting, verdict)
    return verdict


def code_request(hosting: RequestContext, numbers: list[str], method: str) -> RequestCodes:
    """The work of having codes sent, with what was sent before: how often is decided where it is done."""
    earlier = {number: hosting.state.numbers[number].codes_sent for number in numbers}
    return RequestCodes(
        **dict(hosting.order_in_hand()),
        phone_numbers=numbers,
        method=method,
        contact_hours=hosting.request.options.contact_hours,
        earlier={number: sent for number, sent in earlier.items() if sent is not None},
        unanswered=[number for number in hosting.round.unanswered if number in numbers],
    )


def remember_codes(hosting: RequestContext, verdict: CodeRequestVerdict) -> None:
    """Remember what was sent to whom, so that nobody is called over and over."""
    others = [number for number in hosting.round.unanswered if number not in verdict.counts]
    hosting.round.unanswered = [*others, *verdict.unanswered]
    for number, counted in verdict.counts.items():
        record = hosting.state.numbers[number]
        record.codes_sent = counted
        record.unreachable = number in verdict.unsent


def _need(hosting: RequestContext, numbers: list[str]) -> Need:
    how = "called" if hosting.request.options.verification_method == "call" else "texted"
    guidance = (
        f"Telnyx {how} a code to each of these numbers: have it read out by whoever answers there, and hand it in."
        " If none came, have it sent again, also by a call."
    )
    if unreachable := [number for number in numbers if hosting.state.numbers[number].unreachable]:
        guidance += f" Telnyx could not send the last one to {join_some(unreachable)}: have those called instead."
    return Need(kind=AskKind.CODES, numbers=numbers, guidance=guidance)
