"""The event loop of a request: one thing at a time happens to it, and it happens here.

The steps do not wait for anything themselves. A step that needs something calls `process_next_event` in a loop until
its own condition holds, and each call deals with exactly one event: news of the order, a message, a hint or an ask that
is due. Since that event may be about anything, any call may change any number: a code may be typed into the portal
while the documents are awaited, an order may be deleted during its review, and a person may give numbers up at any
time. It may also end the steps altogether, by a deadline, by a cancel, or because the history is long and the workflow
continues as new. Therefore every step is re-entrant: it keeps nothing in local variables across an event, it reads from
the state whether its work is still to be done, and it does nothing when it is not. Running all steps again from the
top, in this run or the next, always brings the request back to where it was.
"""

from datetime import datetime

from temporalio import workflow

from domain import transfers
from domain.activity_io import WatchVerdict
from domain.asks import HOLDS, awaited
from domain.holds import need_of_hold
from domain.needs import need_of
from domain.text import format_utc, join_some
from domain.verdicts import Need
from domain.vocabulary import AskKind, NumberState
from workflows.activity_options import seconds_until
from workflows.notifications import notify_of_request
from workflows.request import documents_at_hand
from workflows.request.context import RequestContext
from workflows.request.records import AskRecord


class ContinueAsNew(Exception):  # noqa: N818 - it is no error: the history has grown long
    """The steps stopped at a place where the request can continue in a new run."""


async def process_next_event(request: RequestContext, until: datetime | None = None) -> None:
    """Deal with the next thing that happens. A deadline counts only when nothing else is left to do.

    Args:
        request: the request.
        until: when to stop waiting although nothing happened.

    Raises:
        Expired: a deadline ended the request.
        ContinueAsNew: the history is long, and this is a good place to start a new one.
    """
    request.calls.stop_if_cancelled()
    await request.asks.give_time_back()
    request.watch.keep_on()
    request.display.refresh()
    if not (request.inbox.has_mail or request.watch.has_returned):
        await _wait(request, until)
    if request.watch.has_returned:  # first, or a code would be tried on a number that is known to be active
        await _apply_order_news(request, request.watch.take_result())
    elif pending := request.inbox.take():
        await request.handle_message(request, pending)
    elif request.hints.is_due:
        request.hints.looked()
        request.watch.look_again()
    elif (due := _next_due(request)) and due[0] <= workflow.now():
        await request.asks.process_due(due[1])


async def _wait(request: RequestContext, until: datetime | None) -> None:
    if workflow.info().is_continue_as_new_suggested():
        raise ContinueAsNew
    due = _next_due(request)
    instants = (due[0] if due else None, request.hints.next_look, request.watch.begins, until)
    earliest = min((instant for instant in instants if instant), default=None)
    hinted = request.hints.heard
    try:
        # A hint that comes too soon after the last look wakes us too, so that we wait again with the right limit.
        await workflow.wait_condition(
            lambda: _has_event(request) or request.hints.heard != hinted,
            timeout=seconds_until(earliest),
            timeout_summary=_awaited(request, earliest, due),
        )
    except TimeoutError:
        # The timer decides, not the clock: a replay may have another time (docs/decisions/0011).
        if earliest is not None and earliest == request.watch.begins:
            request.watch.may_begin()


def _awaited(request: RequestContext, instant: datetime | None, due: tuple[datetime, AskRecord] | None) -> str | None:
    """What a timer is for, as people read it in the Temporal UI."""
    if instant is not None and instant == request.watch.begins:
        return "begin to watch the order"
    return f"remind about {awaited(due[1].kind, len(due[1].numbers))}" if due else None


def _has_event(request: RequestContext) -> bool:
    # What is left out is no event. Without this a flood of it would fill the history of a run that nothing else wakes.
    is_full = request.grows_by_refusals and workflow.info().is_continue_as_new_suggested()
    return request.inbox.has_mail or request.watch.has_returned or request.hints.is_due or is_full


def _next_due(request: RequestContext) -> tuple[datetime, AskRecord] | None:
    """The ask that is due next. None while Telnyx refuses the account: no one can do then what the asks want."""
    return None if request.state.waits_for_account else request.asks.next_due()


# What the watch reports


async def _apply_order_news(request: RequestContext, verdict: WatchVerdict | None) -> None:
    if verdict is None:
        return
    if verdict.digest != request.round.digest:
        request.asks.close_those_from_watch(verdict.need)
    request.round.digest = verdict.digest
    if verdict.refusal_over:
        request.round.known_refusal = ""
    request.state.apply_verdict(verdict)
    _leave_transfer_out(request, verdict.transfer_doubt)
    if verdict.late_since is None and not _has_only_doubt(verdict):  # lateness and a doubt have their own events
        request.state.record_event(verdict.because)
    if request.state.in_round(NumberState.IN_REVIEW) and request.round.review_since is None:
        request.round.begin_review(workflow.now())
    await _notify_of_active_numbers(request, verdict)
    await _notify_of_late_review(request, verdict.late_since)
    await ask_about_holds(request)
    await _ask_about_order(request, need_of(verdict, request.state.open_numbers()))


def _leave_transfer_out(request: RequestContext, doubt: str) -> None:
    """The order contradicts a webhook about a transfer. Nothing is given up; the next one has the order read again."""
    if doubt:
        request.round.transfer = None
        request.state.record_refusal(f"{transfers.LEFT_OUT} {doubt}", "")


def _has_only_doubt(verdict: WatchVerdict) -> bool:
    return bool(verdict.transfer_doubt) and not verdict.numbers


async def _ask_about_order(request: RequestContext, need: Need | None) -> None:
    if need is None:
        return
    if need.kind is AskKind.DOCUMENTS:
        _replace_refused_documents(request, need)
    else:
        await request.asks.keep_open(need, from_watch=True)
        request.inbox.tell_kept_back()


def _replace_refused_documents(request: RequestContext, need: Need) -> None:
    """Documents that were handed in during the review are uploaded next. Only without them a person is asked."""
    if documents_at_hand.differ_from_upload(request.state, need.refused):
        request.state.record_event("Telnyx refused the documents. Newer ones were handed in, and are uploaded next.")
    else:
        documents_at_hand.refuse(request.state, need.guidance)
    request.round.end_review()


async def _notify_of_active_numbers(request: RequestContext, verdict: WatchVerdict) -> None:
    """Say which numbers became active while others of the request go on."""
    active = [number for number, found in verdict.numbers.items() if found.state is NumberState.ACTIVE]
    if not active or request.state.is_finished:
        return
    request.state.record_event(f"Active while the others go on: {join_some(active)}.")
    await notify_of_request(
        request.given,
        request.state,
        "numbers_active",
        "notify of active numbers",
        active,
        text="SMS works on these numbers. The other numbers of the request go on.",
    )


async def _notify_of_late_review(request: RequestContext, late_since: datetime | None) -> None:
    """Say, once, that a review takes too long."""
    if late_since is None:
        return
    request.round.late_since = late_since
    request.state.record_event(f"The review has been late since {format_utc(late_since)}. It is still awaited.")
    in_review = request.state.in_round(NumberState.IN_REVIEW)
    await notify_of_request(
        request.given,
        request.state,
        "review_late",
        "notify of the late review",
        in_review,
        text=f"The review should have ended by {format_utc(late_since)}. You need to do nothing here; Telnyx"
        " support can say how far it is.",
    )


async def ask_about_holds(request: RequestContext) -> None:
    """Ask about numbers on hold: their order is over, but a person can still help. The others go on meanwhile."""
    for kind in HOLDS:
        if numbers := request.state.on_hold(kind):
            reasons = [request.state.numbers[number].because for number in numbers]
            await request.asks.keep_open(need_of_hold(kind, numbers, reasons, request.state.order_ids))
