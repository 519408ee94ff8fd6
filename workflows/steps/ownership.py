"""Step 3: Telnyx texts or calls each number with a code, and a person reads it out."""

from datetime import datetime

from temporalio import workflow

from domain.activity_io import CodeRequestVerdict, RequestCodes
from domain.code_limits import CODES_LOST
from domain.messages import TelnyxNews
from domain.text import count, join_some
from domain.verdicts import Need
from domain.vocabulary import AskKind, NumberState, Step
from workflows import activity_options
from workflows.request.context import RequestContext
from workflows.request.event_loop import process_next_event
from workflows.request.questions import run_until_answered

with workflow.unsafe.imports_passed_through():
    from activities.ownership import OwnershipActivities


async def prove_ownership(request: RequestContext) -> None:
    """Wait until every number of the round is proved. Some codes may come now and others later."""
    if not request.state.to_prove():
        return
    request.enter(Step.CODES)
    while not request.round.codes_requested and request.state.to_prove():
        await _have_codes_sent(request)
    while unproved := request.state.to_prove():
        request.asks.narrow(CODES_LOST, unproved)
        await request.asks.keep_open(_need(request, unproved))
        await process_next_event(request)
    request.asks.close(AskKind.CODES)
    request.asks.narrow(CODES_LOST, [])


async def _have_codes_sent(request: RequestContext) -> None:
    """Ask for the first codes, or wait until they may be asked for. Codes that arrive meanwhile are handled."""
    verdict = await run_until_answered(request, lambda _chosen: _request_codes(request))
    if verdict is not None and verdict.not_before is not None:
        request.state.record_event(verdict.because)
        await _wait_until(request, verdict.not_before)
        return
    request.round.codes_requested = True
    if verdict is not None and verdict.need is not None and verdict.need.topic:
        await request.asks.keep_open(verdict.need)


async def _wait_until(request: RequestContext, instant: datetime) -> None:
    while workflow.now() < instant and request.state.to_prove():
        await process_next_event(request, until=instant)


async def _request_codes(request: RequestContext) -> CodeRequestVerdict:
    numbers = request.state.in_round(NumberState.UNVERIFIED)
    means = request.given.options.verification_method
    summary = f"have codes sent to {count(len(numbers), 'number')} by {means}"
    work = code_request(request, numbers, means)
    verdict = await request.try_once_then_persist(
        OwnershipActivities.request_codes, work, activity_options.PERSISTENT, summary
    )
    remember_codes(request, verdict)
    return verdict


def code_request(request: RequestContext, numbers: list[str], method: str) -> RequestCodes:
    """The input of the activity that has codes sent, with what was sent before. The activity limits how often."""
    earlier = {number: request.state.numbers[number].codes_sent for number in numbers}
    return RequestCodes(
        **dict(request.order_in_hand()),
        phone_numbers=numbers,
        method=method,
        contact_hours=request.given.options.contact_hours,
        earlier={number: sent for number, sent in earlier.items() if sent is not None},
        unanswered=[number for number in request.round.unanswered if number in numbers],
    )


def remember_codes(request: RequestContext, verdict: CodeRequestVerdict) -> None:
    """Remember which codes were sent, so that no one is called over and over."""
    others = [number for number in request.round.unanswered if number not in verdict.counts]
    request.round.unanswered = [*others, *verdict.unanswered]
    for number, counted in verdict.counts.items():
        record = request.state.numbers[number]
        record.codes_sent = counted
        record.unreachable = number in verdict.unsent


def on_verified(request: RequestContext, news: TelnyxNews) -> None:
    """A webhook says that numbers of the round's order are verified, for instance in the portal.

    It is believed, since Telnyx signed it, and a verified number stays so in its order. The API may not show it.
    """
    if request.state.round is None or news.order_id != request.round.order_id:
        return
    verified = [number for number in request.state.in_round(NumberState.UNVERIFIED) if number in news.verified]
    if verified:
        request.state.move(verified, NumberState.VERIFIED, "Telnyx reported in a webhook that its owner is verified.")
        request.state.record_event(f"Telnyx reported in a webhook that the owner is verified: {join_some(verified)}.")


def _need(request: RequestContext, numbers: list[str]) -> Need:
    by_call = request.given.options.verification_method == "call"
    did = "called each of these numbers with" if by_call else "texted each of these numbers"
    guidance = (
        f"Telnyx {did} a code. Have the person who answers there read it out, and hand it in. If no code came, have it"
        " sent again, or sent by a call. If a code was entered in the Telnyx portal, hand it in here as well: Telnyx's"
        " API may not show that a number is verified, but it answers so when the code is handed in."
    )
    if unreachable := [number for number in numbers if request.state.numbers[number].unreachable]:
        guidance += f" Telnyx could not send the last code to {join_some(unreachable)}: have these called instead."
    return Need(kind=AskKind.CODES, numbers=numbers, guidance=guidance)
