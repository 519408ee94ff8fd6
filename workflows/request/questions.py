"""Does a piece of work and, as long as its answer is a question, puts that question to a person."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from domain.messages import Choice
from domain.needs import need_of
from domain.verdicts import Need, Verdict
from domain.vocabulary import AskKind, ChoiceKind, Next
from workflows.request.context import RequestContext
from workflows.request.event_loop import process_next_event
from workflows.request.inbox import KEPT_BACK, PendingMessage
from workflows.request.records import AskRecord

V = TypeVar("V", bound=Verdict)
GIVEN_UP_BY_ANSWER = "Given up by a person's answer."


async def run_until_answered(request: RequestContext, work: Callable[[Choice | None], Awaitable[V]]) -> V | None:
    """Do the work until no person has to answer its verdict here.

    Args:
        request: the request.
        work: gets what a person answered last, since an answer may name an order to adopt.

    Returns:
        The last verdict; None when no number is open any more. A verdict that asks for documents is the caller's to
        handle. After a person's `go_on` it is the questionable verdict as it stands.
    """
    chosen: Choice | None = None
    while request.state.open_numbers():
        if request.state.waits_for_account:
            await process_next_event(request)
            continue
        verdict = await work(chosen)
        request.state.apply_verdict(verdict)
        if verdict.next is Next.AGAIN:
            request.state.record_event(verdict.because)
            continue
        need = need_of(verdict, request.state.open_numbers())
        if need is None or need.kind is AskKind.DOCUMENTS:
            return verdict
        ask = await _wait_for_answer(request, need)
        if ask.chosen and ask.chosen.choice == ChoiceKind.GO_ON:
            return verdict
        _apply_answer(request, ask)
        if ask.kind is not AskKind.ACCOUNT:  # what was chosen before the account failed still holds
            chosen = ask.chosen
    return None


def _apply_answer(request: RequestContext, ask: AskRecord) -> None:
    if ask.chosen and ask.chosen.choice == ChoiceKind.GIVE_UP:
        request.state.give_up(ask.numbers, GIVEN_UP_BY_ANSWER)
    if ask.chosen and ask.chosen.choice == ChoiceKind.NEW_ORDER:
        request.state.move_to_new_order(ask.numbers)


async def _wait_for_answer(request: RequestContext, need: Need) -> AskRecord:
    ask = await request.asks.keep_open(need)
    request.inbox.tell_kept_back()
    while request.asks.is_open(ask):
        await process_next_event(request)
    request.asks.drop(ask)
    return ask


# While Telnyx refuses the account


async def keep_for_account(request: RequestContext, pending: PendingMessage, need: Need) -> None:
    """Keep a message that could not be handled because Telnyx refuses the account, until the account is resumed."""
    pending.kept(KEPT_BACK)
    request.inbox.put_back(pending)
    await request.asks.keep_open(need)
    request.inbox.tell_kept_back()


def resume_account(request: RequestContext, by: str, *, trial: bool = False) -> None:
    """The account works again: what waited for it goes on, the watch included. A trial shows whether it does."""
    asks = [ask for ask in request.state.asks if ask.kind is AskKind.ACCOUNT]
    if not asks:
        return
    request.asks.close(AskKind.ACCOUNT)
    if request.state.round is not None and any(ask.from_watch for ask in asks):
        request.state.round.digest = ""  # otherwise the same trouble, met again, would not be reported
    what = "Telnyx answers the account again. This request goes first." if trial else "The account works again."
    request.state.record_event(what, by)
