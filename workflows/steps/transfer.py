"""Between the order and the codes: another Telnyx account hosts the numbers, and has 72 hours to object.

Webhooks report it, and may be lost. So the request also waits without a webhook for a number that was hosted elsewhere
when it was checked. Time decides then, since silence is approval (docs/telnyx.md §6).

A request that did not opt in gives its numbers up. A webhook's word is not enough for that: the watch reads the order
first, and gives them up only if the order bears the webhook out (docs/decisions/0026).
"""

from temporalio import workflow

from domain import transfers
from domain.messages import TelnyxNews
from domain.text import format_utc
from domain.vocabulary import AskKind, ChoiceKind, NumberState
from workflows.request.context import RequestContext
from workflows.request.event_loop import process_next_event
from workflows.request.records import TransferWait


async def await_transfer(request: RequestContext) -> None:
    """Wait until the account that hosts the numbers lets them go. Do nothing when no other account hosts them."""
    while request.inbox.has_mail:  # a webhook may have come before the answer to our order
        await process_next_event(request)
    _begin_as_checked(request)
    _confirm_if_unwanted(request)
    while request.round.has_unconfirmed_transfer and request.state.open_numbers():
        await process_next_event(request)
    while (wait := _open_wait(request)) and not _end_if_over(request, wait):
        await request.asks.keep_open(transfers.need_of_transfer(request.state.open_numbers(), wait.until))
        await process_next_event(request)
    request.asks.close(AskKind.TRANSFER)


def on_transfer_event(request: RequestContext, news: TelnyxNews) -> None:
    """Take over what a webhook reported of a transfer. An event about another order changes nothing."""
    round_, state = request.state.round, request.state
    if round_ is None or not news.order_id or (round_.order_id or news.order_id) != news.order_id:
        return
    if not round_.order_id and news.order_id in state.order_ids:
        return  # of an earlier round; the order of this one is not known yet
    if news.decision == transfers.REJECTED and not request.given.options.internal_transfer:
        return  # the request waits for no transfer: the order, which is read again now, decides
    until = news.approval_deadline or workflow.now() + transfers.WINDOW
    wait = round_.transfer
    if wait is None or wait.order_id != news.order_id:
        round_.transfer = TransferWait(order_id=news.order_id, until=until, decision=news.decision)
    elif news.decision != transfers.PENDING:  # events arrive in any order: a question never replaces a decision
        wait.decision = news.decision
    elif wait.decision == transfers.PENDING:
        wait.until = news.approval_deadline or wait.until
    _confirm_if_unwanted(request)


def _begin_as_checked(request: RequestContext) -> None:
    """A number that another account hosted when it was checked is a transfer, with or without a webhook."""
    round_ = request.round
    known = round_.transfer is not None and round_.transfer.order_id == round_.order_id
    elsewhere = set(request.state.hosted_elsewhere) & set(request.state.open_numbers())
    if round_.order_id and elsewhere and not known:
        until = workflow.now() + transfers.WINDOW
        round_.transfer = TransferWait(order_id=round_.order_id, until=until, decision=transfers.PENDING)


def _confirm_if_unwanted(request: RequestContext) -> None:
    """A request that did not opt in has its order read now, before it gives anything up."""
    wait = _open_wait(request)
    if wait is None or wait.decision == transfers.REJECTED or request.given.options.internal_transfer:
        return
    wait.over = wait.unconfirmed = True
    request.hints.hear()


def _open_wait(request: RequestContext) -> TransferWait | None:
    return request.round.transfer if request.state.owner_decides else None


def _end_if_over(request: RequestContext, wait: TransferWait) -> bool:
    """Whether the wait is over. Its reason becomes an event."""
    why = _decide(request, wait)
    if not why:
        return False
    wait.over = True
    request.state.record_event(why)
    if request.state.open_numbers():
        request.round.codes_requested = False  # codes sent before the transfer may not count
        request.state.allow_more_codes(request.state.to_prove())
        request.watch.look_again()
    return True


def _decide(request: RequestContext, wait: TransferWait) -> str:
    """Why the wait is over; empty while it is not."""
    state, chosen = request.state, _chosen(request)
    if chosen == ChoiceKind.GIVE_UP:
        request.state.give_up(state.open_numbers(), "Given up by a person's answer, before its transfer was decided.")
    if not state.open_numbers():
        return _explained(request, wait)
    if wait.decision == transfers.APPROVED:
        return "The Telnyx account that hosts the numbers let them go."
    if chosen == ChoiceKind.GO_ON:
        return "A person says that the Telnyx account that hosts the numbers let them go."
    if state.in_round(NumberState.IN_REVIEW, NumberState.ACTIVE):
        return "The order went on, so the transfer is decided."
    return _over_by_time(wait)


def _over_by_time(wait: TransferWait) -> str:
    if wait.until > workflow.now():
        return ""
    if wait.decision == transfers.REJECTED:
        return "A webhook reported a refusal, but the order still exists after the time to object. The request goes on."
    return f"No objection to the transfer came until {format_utc(wait.until)}. Silence is approval."


def _chosen(request: RequestContext) -> str:
    asks = [ask for ask in request.state.asks if ask.kind is AskKind.TRANSFER]
    return next((ask.chosen.choice for ask in asks if ask.chosen), "")


def _explained(request: RequestContext, wait: TransferWait) -> str:
    """Say of each failed number that the transfer was the cause, as far as that is known."""
    why = transfers.REFUSED if wait.decision == transfers.REJECTED else transfers.ENDED_MEANWHILE
    for number in request.state.in_round(NumberState.FAILED):
        record = request.state.numbers[number]
        record.because = f"{why} {record.because}"
    return "Its numbers were finished before the transfer was decided."
