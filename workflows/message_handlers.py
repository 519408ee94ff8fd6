"""What a request does with each kind of message. The event loop calls one handler at a time."""

from collections.abc import Awaitable, Callable
from typing import Any

from temporalio import workflow

from domain.activity_io import CodeRequestVerdict, CodesVerdict, TryCodes
from domain.code_limits import CODES_LOST
from domain.messages import (
    AccountResumed,
    Answer,
    AnswerAsk,
    Choice,
    GiveUp,
    NumberResult,
    ReplaceDocuments,
    ResendCodes,
    RetryNumbers,
    SubmitCodes,
    TelnyxNews,
)
from domain.text import count, join_some, with_reason
from domain.vocabulary import AskKind, ChoiceKind, CodeOutcome, NumberState
from workflows import activity_options
from workflows.request import documents_at_hand
from workflows.request.activity_calls import In, Method, Out
from workflows.request.context import RequestContext
from workflows.request.inbox import PendingMessage
from workflows.request.proofs import not_tried, remember_proofs
from workflows.request.questions import GIVEN_UP_BY_ANSWER, keep_for_account, resume_account
from workflows.request.records import AskRecord
from workflows.steps.documents import check_documents
from workflows.steps.ownership import code_request, on_verified, remember_codes
from workflows.steps.transfer import on_transfer_event

with workflow.unsafe.imports_passed_through():
    from activities.ownership import OwnershipActivities


async def handle_message(request: RequestContext, pending: PendingMessage) -> None:
    """Do what a message asks for, and answer its sender."""
    await HANDLERS[type(pending.message)](request, pending, pending.message)


# Codes


async def _submit_codes(request: RequestContext, pending: PendingMessage, message: SubmitCodes) -> None:
    awaited = set(request.state.in_round(NumberState.UNVERIFIED))
    codes = [entry for entry in message.codes if entry.phone_number in awaited]
    others = [entry for entry in message.codes if entry.phone_number not in awaited]
    if not codes:
        _answer_untried(request, pending, message)
        return
    work = TryCodes(**dict(request.order_in_hand()), codes=codes)
    summary = f"submit the codes of {count(len(codes), 'number')}"
    verdict = await _try_for_sender(request, pending, OwnershipActivities.submit_codes, work, summary)
    if verdict.need is not None and verdict.need.kind is AskKind.ACCOUNT:
        await keep_for_account(request, pending, verdict.need)
        return
    request.state.apply_verdict(verdict)
    remember_proofs(request, codes, verdict.results)
    rest = not_tried(request, others)
    sentence = f"{_codes_sentence(verdict)} {rest.sentence}".strip()
    request.state.record_event(sentence, message.by)
    accepted = bool(verdict.results) and not rest.has_wrong_code
    pending.reply(Answer(accepted=accepted, sentence=sentence, numbers=[*verdict.results, *rest.results]))


def _answer_untried(request: RequestContext, pending: PendingMessage, message: SubmitCodes) -> None:
    """None of the numbers waits for its code: each may be verified already, or given up."""
    rest = not_tried(request, message.codes)
    request.state.record_refusal(rest.sentence, message.by)
    pending.reply(Answer(accepted=not rest.has_wrong_code, sentence=rest.sentence, numbers=rest.results))


def _refuse(request: RequestContext, pending: PendingMessage, sentence: str, by: str) -> None:
    """A message that could come in has nothing to act on any more. Its sender and the events say so."""
    request.state.record_refusal(sentence, by)
    pending.reply(Answer(accepted=False, sentence=sentence))


async def _try_for_sender(
    request: RequestContext, pending: PendingMessage, method: Method[In, Out], work: In, summary: str
) -> Out:
    """Call Telnyx for the sender of a message, who is told when it takes longer."""

    def in_trouble() -> None:
        pending.kept()
        request.display.refresh()

    return await request.calls.try_once_then_persist(
        method, work, activity_options.PERSISTENT, summary, in_trouble=in_trouble
    )


def _codes_sentence(verdict: CodesVerdict) -> str:
    if not verdict.results:
        return f"No code was taken. {verdict.because}"
    wrong = [entry.phone_number for entry in verdict.results if entry.result == CodeOutcome.REJECTED]
    accepted = f"{count(len(verdict.results) - len(wrong), 'code')} accepted"
    if wrong:
        sentence = f"{accepted}, {len(wrong)} rejected: {join_some(wrong)}. Only the newest code counts."
        return f"{sentence} {verdict.because}".strip()
    return f"{accepted}."


async def _resend_codes(request: RequestContext, pending: PendingMessage, message: ResendCodes) -> None:
    awaited = request.state.in_round(NumberState.UNVERIFIED)
    numbers = [number for number in awaited if number in message.phone_numbers or not message.phone_numbers]
    if not numbers:
        _refuse(request, pending, "None of these numbers waits for a code any more.", message.by)
        return
    work = code_request(request, numbers, message.method)
    summary = f"send codes to {count(len(numbers), 'number')} by {message.method}"
    verdict = await _try_for_sender(request, pending, OwnershipActivities.request_codes, work, summary)
    remember_codes(request, verdict)
    if verdict.need is not None and verdict.need.kind is AskKind.ACCOUNT:
        await keep_for_account(request, pending, verdict.need)
        return
    request.state.apply_verdict(verdict)
    if verdict.need is not None and verdict.need.topic:
        await request.asks.keep_open(verdict.need)
    sentence = _resent_sentence(verdict, message.method)
    request.state.record_event(sentence, message.by)
    results = [NumberResult(phone_number=number, result=found.because) for number, found in verdict.numbers.items()]
    pending.reply(Answer(accepted=bool(verdict.sent), sentence=sentence, numbers=results))


def _resent_sentence(verdict: CodeRequestVerdict, method: str) -> str:
    if not verdict.sent or verdict.unanswered:
        return verdict.because
    how = "by a call" if method == "call" else "by SMS"
    return f"Telnyx was asked to send new codes {how}: {join_some(verdict.sent)}."


# Documents


async def _replace_documents(request: RequestContext, pending: PendingMessage, message: ReplaceDocuments) -> None:
    checked = await check_documents(request, message.loa, message.bill)
    if not checked.accepted:
        _refuse(request, pending, checked.sentence, message.by)
        return
    documents_at_hand.take(request.state, workflow.now(), message.loa, message.bill)
    request.asks.close(AskKind.DOCUMENTS)
    handed_in = " and ".join(name for name, given in (("LOA", message.loa), ("bill", message.bill)) if given)
    request.state.record_event(f"Handed in: {handed_in}.", message.by)
    pending.reply(Answer(accepted=True, sentence=checked.sentence + _in_reserve(request)))


def _in_reserve(request: RequestContext) -> str:
    """What happens to documents that come during a review. Telnyx may not take them then (docs/telnyx.md §11)."""
    if not request.state.round or not request.state.round.papers_given:
        return ""
    return " Others are in review at Telnyx. If it refuses those, these are uploaded in their place."


# Numbers


async def _give_up(request: RequestContext, pending: PendingMessage, message: GiveUp) -> None:
    numbers = [number for number in message.phone_numbers if not request.state.numbers[number].is_finished]
    if not numbers:
        _refuse(request, pending, "There is nothing left to give up: all of these numbers are finished.", message.by)
        return
    because = with_reason(f"Given up by {message.by or 'a person'}", message.why)
    request.state.give_up(numbers, because)
    request.state.record_event(f"{because} {join_some(numbers)}", message.by)
    results = [NumberResult(phone_number=number, result=NumberState.GIVEN_UP) for number in numbers]
    pending.reply(Answer(accepted=True, sentence=f"{count(len(numbers), 'number')} given up.", numbers=results))


async def _retry_numbers(request: RequestContext, pending: PendingMessage, message: RetryNumbers) -> None:
    numbers = [number for number in message.phone_numbers if request.state.numbers[number].parked]
    if not numbers:
        _refuse(request, pending, "None of these numbers is on hold any more, so none is retried.", message.by)
        return
    request.state.retry(numbers)
    request.state.release_from_asks(numbers)
    request.state.record_event(f"To be retried: {join_some(numbers)}.", message.by)
    when = "once the present order is finished" if request.state.open_in_round() else "now"
    sentence = f"A new order for {count(len(numbers), 'number')} is placed {when}. Telnyx will send new codes."
    results = [NumberResult(phone_number=number, result=NumberState.NEW) for number in numbers]
    pending.reply(Answer(accepted=True, sentence=sentence, numbers=results))


# Answers to questions


async def _answer(request: RequestContext, pending: PendingMessage, message: AnswerAsk) -> None:
    found = request.asks.find(message.ask, message.choice, message.order_id)
    if found is None:
        _refuse(request, pending, f"The ask {message.ask} was closed in the meantime.", message.by)
        return
    ask, choice = found
    ask.chosen = choice
    request.state.record_event(f"Answered {ask.id}: {choice.sentence}", message.by)
    if ask.from_watch or ask.topic or ask.kind is AskKind.ACCOUNT:
        _apply_choice(request, ask, choice)
    pending.reply(Answer(accepted=True, sentence=choice.sentence))


def _apply_choice(request: RequestContext, ask: AskRecord, choice: Choice) -> None:
    """Do what a person chose about an ask that no step waits for. A step applies the choice of its own ask."""
    request.asks.drop(ask)
    if choice.choice == ChoiceKind.GO_ON:
        request.state.finish(ask.numbers, NumberState.ACTIVE, "A person confirmed at Telnyx that it is active.")
    if choice.choice == ChoiceKind.GIVE_UP:
        request.state.give_up(ask.numbers, GIVEN_UP_BY_ANSWER)
    if choice.choice == ChoiceKind.AGAIN and ask.topic == CODES_LOST:
        request.state.allow_more_codes(ask.numbers)
    elif choice.choice == ChoiceKind.AGAIN and request.state.round is not None:
        request.round.digest = "" if ask.from_watch else request.round.digest
        request.watch.look_again()


# What the account's workflow and Telnyx say


async def _account_resumed(request: RequestContext, _pending: PendingMessage, message: AccountResumed) -> None:
    resume_account(request, message.by, trial=message.trial)


async def _telnyx_news(request: RequestContext, _pending: PendingMessage, message: TelnyxNews) -> None:
    if message.decision:
        on_transfer_event(request, message)
    if message.verified:
        on_verified(request, message)


HANDLERS: dict[type, Callable[[RequestContext, PendingMessage, Any], Awaitable[None]]] = {
    SubmitCodes: _submit_codes,
    ResendCodes: _resend_codes,
    ReplaceDocuments: _replace_documents,
    GiveUp: _give_up,
    RetryNumbers: _retry_numbers,
    AnswerAsk: _answer,
    TelnyxNews: _telnyx_news,
    AccountResumed: _account_resumed,
}
