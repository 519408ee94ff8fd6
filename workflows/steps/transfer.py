"""Between the order and the codes: another Telnyx account hosts the numbers, and has 72 hours to object.

Webhooks tell of it, and may be lost. So a number that was hosted elsewhere when it was checked is waited for without
them too, and the time that passes decides, since silence is approval (Telnyx facts §6).
"""

from temporalio import workflow

from domain import transfers
from domain.messages import TelnyxNews
from domain.text import format_utc
from domain.vocabulary import AskKind, ChoiceKind, NumberState
from workflows.request.context import RequestContext
from workflows.request.records import TransferWait


async def await_transfer(hosting: RequestContext) -> None:
    """Wait until the account that hosts the numbers has let them go, and do nothing when no other account does."""
    while hosting.inbox.has_mail:  # a webhook may have come before the answer to our order
        await hosting.turn()
    _begin_as_checked(hosting)
    _stop_if_unwanted(hosting)
    while (wait := _open_wait(hosting)) and not _has_ended(hosting, wait):
        await hosting.asks.keep_open(transfers.transfer_need(hosting.state.open_numbers(), wait.until))
        await hosting.turn()
    hosting.asks.close(AskKind.TRANSFER)


def hear(hosting: RequestContext, news: TelnyxNews) -> None:
    """Take over what a webhook told of a transfer; what is not about the round's order changes nothing."""
    round_, state = hosting.state.round, hosting.state
    if round_ is None or not news.order_id or (round_.order_id or news.order_id) != news.order_id:
        return
    if not round_.order_id and news.order_id in state.order_ids:
        return  # of an earlier round; the order of this one is not known yet
    if news.decision == transfers.REJECTED and not hosting.request.options.internal_transfer:
        return  # nothing is waited for here: the order, which is read again now, has the last word
    until = news.approval_deadline or workflow.now() + transfers.WINDOW
    wait = round_.transfer
    if wait is None or wait.order_id != news.order_id:
        round_.transfer = TransferWait(order_id=news.order_id, until=until, decision=news.decision)
    elif news.decision != transfers.PENDING:  # events come in any order; a decision is never taken back by a question
        wait.decision = news.decision
    elif wait.decision == transfers.PENDING:
        wait.until = news.approval_deadline or wait.until
    _stop_if_unwanted(hosting)


def _begin_as_checked(hosting: RequestContext) -> None:
    """Webhooks or not: what another account hosted when it was checked is a transfer."""
    round_ = hosting.round
    known = round_.transfer is not None and round_.transfer.order_id == round_.order_id
    elsewhere = set(hosting.state.hosted_elsewhere) & set(hosting.state.open_numbers())
    if round_.order_id and elsewhere and not known:
        until = workflow.now() + transfers.WINDOW
        round_.transfer = TransferWait(order_id=round_.order_id, until=until, decision=transfers.PENDING)


def _stop_if_unwanted(hosting: RequestContext) -> None:
    """A request that did not opt in goes no further; its order is deleted when the round closes."""
    wait = _open_wait(hosting)
    if wait is None or wait.decision == transfers.REJECTED or hosting.request.options.internal_transfer:
        return
    wait.over = True
    hosting.note(transfers.NOT_WANTED)
    hosting.give_up(hosting.state.open_numbers(), transfers.NOT_WANTED)


def _open_wait(hosting: RequestContext) -> TransferWait | None:
    return hosting.round.transfer if hosting.state.owner_decides else None


def _has_ended(hosting: RequestContext, wait: TransferWait) -> bool:
    """Whether nothing is to be waited for any more; says why."""
    why = _why_over(hosting, wait)
    if not why:
        return False
    wait.over = True
    hosting.note(why)
    if hosting.state.open_numbers():
        hosting.round.codes_requested = False  # those sent before the transfer may count for nothing
        hosting.state.allow_more_codes(hosting.state.to_prove())
        hosting.watch.look_again()
    return True


def _why_over(hosting: RequestContext, wait: TransferWait) -> str:
    """Why the wait is over; empty while it is not."""
    state, chosen = hosting.state, _chosen(hosting)
    if chosen == ChoiceKind.GIVE_UP:
        hosting.give_up(state.open_numbers(), "Given up by a person's answer, before its transfer was decided.")
    if not state.open_numbers():
        return _explained(hosting, wait)
    if wait.decision == transfers.APPROVED:
        return "The Telnyx account that hosts the numbers let them go."
    if chosen == ChoiceKind.GO_ON:
        return "A person says that the Telnyx account that hosts the numbers let them go."
    if state.waiting(NumberState.IN_REVIEW, NumberState.ACTIVE):
        return "The order went on, so the transfer is decided."
    return _over_by_time(wait)


def _over_by_time(wait: TransferWait) -> str:
    if wait.until > workflow.now():
        return ""
    if wait.decision == transfers.REJECTED:
        return "A webhook told of a refusal, but the order still stands after the time to object: it goes on."
    return f"Nobody objected to the transfer until {format_utc(wait.until)}: silence is approval."


def _chosen(hosting: RequestContext) -> str:
    asks = [ask for ask in hosting.state.asks if ask.kind is AskKind.TRANSFER]
    return next((ask.chosen.choice for ask in asks if ask.chosen), "")


def _explained(hosting: RequestContext, wait: TransferWait) -> str:
    """Say with each number that failed that it was the transfer, as far as that is known."""
    why = transfers.REFUSED if wait.decision == transfers.REJECTED else transfers.ENDED_MEANWHILE
    for number in hosting.state.waiting(NumberState.FAILED):
        record = hosting.state.numbers[number]
        record.because = f"{why} {record.because}"
    return "Its numbers were settled before the transfer was."
