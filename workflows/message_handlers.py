"""What a request does with each kind of letter; called by the one consumer, one letter at a time."""

from collections.abc import Awaitable, Callable
from typing import Any

from temporalio import workflow

from domain.activity_io import CodesVerdict, TryCodes
from domain.code_limits import CODES_LOST
from domain.messages import (
    AccountResumed,
    Answer,
    AnswerAsk,
    Choice,
    Code,
    GiveUp,
    NumberResult,
    ReplaceDocuments,
    ResendCodes,
    RetryNumbers,
    SubmitCodes,
    TelnyxNews,
)
from domain.text import join_some
from domain.vocabulary import AskKind, ChoiceKind, CodeOutcome, NumberState
from workflows import activity_options
from workflows.request.activity_calls import In, Out, Step
from workflows.request.context import RequestContext
from workflows.request.inbox import PendingMessage
from workflows.request.records import AskRecord
from workflows.steps.documents import check_documents
from workflows.steps.ownership import code_request, remember_codes
from workflows.steps.transfer import hear

with workflow.unsafe.imports_passed_through():
    from activities.ownership import OwnershipActivities


async def deal_with(hosting: RequestContext, letter: PendingMessage) -> None:
    """Do what a letter asks for, and answer it."""
    await _DESK[type(letter.message)](hosting, letter, letter.message)


async def _submit_codes(hosting: RequestContext, letter: PendingMessage, message: SubmitCodes) -> None:
    awaited = set(hosting.state.waiting(NumberState.UNVERIFIED))
    codes = [entry for entry in message.codes if entry.phone_number in awaited]
    others = [_not_awaited(hosting, entry) for entry in message.codes if entry.phone_number not in awaited]
    if not codes:
        letter.reply(Answer(accepted=True, sentence="No code is awaited for these numbers.", numbers=others))
        return
    work = TryCodes(**dict(hosting.order_in_hand()), codes=codes)
    summary = f"submit the codes of {len(codes)} number(s)"
    verdict = await _promptly(hosting, letter, OwnershipActivities.submit_codes, work, summary)
    if verdict.need is not None and verdict.need.kind is AskKind.ACCOUNT:
        await hosting.keep_for_account(letter, verdict.need)
        return
    hosting.learn(verdict)
    hosting.note(_codes_sentence(verdict), message.by)
    letter.reply(
        Answer(accepted=bool(verdict.results), sentence=_codes_sentence(verdict), numbers=[*verdict.results, *others]),
    )


async def _promptly(
    hosting: RequestContext, letter: PendingMessage, step: Step[In, Out], work: In, summary: str
) -> Out:
    """Do what a letter asks for; its sender is told when it takes longer."""

    def in_trouble() -> None:
        letter.kept()
        hosting.display.refresh()

    return await hosting.calls.try_once_then_persist(
        step, work, activity_options.PERSISTENT, summary, in_trouble=in_trouble
    )


def _not_awaited(hosting: RequestContext, entry: Code) -> NumberResult:
    record = hosting.state.numbers.get(entry.phone_number)
    proved = {NumberState.VERIFIED, NumberState.IN_REVIEW, NumberState.ACTIVE}
    result = CodeOutcome.ALREADY_VERIFIED if record and record.state in proved else CodeOutcome.NOT_ASKED
    return NumberResult(phone_number=entry.phone_number, result=result)


def _codes_sentence(verdict: CodesVerdict) -> str:
    if not verdict.results:
        return f"No code was taken. {verdict.because}"
    wrong = [entry.phone_number for entry in verdict.results if entry.result == CodeOutcome.REJECTED]
    right = len(verdict.results) - len(wrong)
    if wrong:
        return (
            f"{right} code(s) accepted, {len(wrong)} rejected: {join_some(wrong)}. Read out the newest code, or resend."
        )
    return f"{right} code(s) accepted."


async def _resend_codes(hosting: RequestContext, letter: PendingMessage, message: ResendCodes) -> None:
    awaited = hosting.state.waiting(NumberState.UNVERIFIED)
    numbers = [number for number in awaited if number in message.phone_numbers or not message.phone_numbers]
    if not numbers:
        letter.reply(Answer(accepted=False, sentence="None of these numbers waits for a code any more."))
        return
    work = code_request(hosting, numbers, message.method)
    summary = f"send codes to {len(numbers)} number(s) by {message.method}"
    verdict = await _promptly(hosting, letter, OwnershipActivities.request_codes, work, summary)
    remember_codes(hosting, verdict)
    if verdict.need is not None and verdict.need.kind is AskKind.ACCOUNT:
        await hosting.keep_for_account(letter, verdict.need)
        return
    hosting.learn(verdict)
    if verdict.need is not None and verdict.need.topic:
        await hosting.asks.keep_open(verdict.need)
    how = "by a call" if message.method == "call" else "by SMS"
    sent, known = bool(verdict.sent), not verdict.unanswered
    sentence = (
        f"Telnyx was asked {how} for new codes: {join_some(verdict.sent)}." if sent and known else verdict.because
    )
    hosting.note(sentence, message.by)
    results = [NumberResult(phone_number=number, result=told.because) for number, told in verdict.numbers.items()]
    letter.reply(Answer(accepted=sent, sentence=sentence, numbers=results))


async def _replace_documents(hosting: RequestContext, letter: PendingMessage, message: ReplaceDocuments) -> None:
    checked = await check_documents(hosting, message.loa, message.bill)
    if checked.accepted:
        hosting.state.take_papers(workflow.now(), message.loa, message.bill)
        hosting.asks.close(AskKind.DOCUMENTS)
        handed_in = " and ".join(name for name, given in (("LOA", message.loa), ("bill", message.bill)) if given)
        hosting.note(f"Handed in: {handed_in}.", message.by)
    letter.reply(Answer(accepted=checked.accepted, sentence=checked.sentence + _in_reserve(hosting, checked.accepted)))


def _in_reserve(hosting: RequestContext, accepted: bool) -> str:  # noqa: FBT001 - read where it is called
    """What becomes of papers that come during a review: nobody says that Telnyx takes others then (facts §11)."""
    if not accepted or not hosting.state.round or not hosting.state.round.papers_given:
        return ""
    return " Others are in review at Telnyx: should it refuse those, these go up in their place."


async def _give_up(hosting: RequestContext, letter: PendingMessage, message: GiveUp) -> None:
    numbers = [number for number in message.phone_numbers if not hosting.state.numbers[number].is_finished]
    because = f"Given up by {message.by or 'a person'}{f': {message.why}' if message.why else ''}."
    hosting.give_up(numbers, because)
    hosting.note(f"{because} {join_some(numbers)}", message.by)
    results = [NumberResult(phone_number=number, result=NumberState.GIVEN_UP) for number in numbers]
    letter.reply(Answer(accepted=True, sentence=f"{len(numbers)} number(s) given up.", numbers=results))


async def _retry_numbers(hosting: RequestContext, letter: PendingMessage, message: RetryNumbers) -> None:
    numbers = [number for number in message.phone_numbers if hosting.state.numbers[number].parked]
    hosting.state.retry(numbers)
    hosting.asks.release(numbers)
    hosting.note(f"To be retried: {join_some(numbers)}.", message.by)
    when = "once the present order is settled" if hosting.state.open_in_round() else "now"
    sentence = f"{len(numbers)} number(s) get an order of their own {when}; codes are asked for anew."
    results = [NumberResult(phone_number=number, result=NumberState.NEW) for number in numbers]
    letter.reply(Answer(accepted=bool(numbers), sentence=sentence, numbers=results))


async def _answer(hosting: RequestContext, letter: PendingMessage, message: AnswerAsk) -> None:
    found = hosting.asks.find(message.ask, message.choice, message.order_id)
    if found is None:
        letter.reply(Answer(accepted=False, sentence=f"The ask {message.ask} was settled in the meantime."))
        return
    ask, choice = found
    ask.chosen = choice
    hosting.note(f"Answered {ask.id}: {choice.sentence}", message.by)
    if ask.from_watch or ask.topic or ask.kind is AskKind.ACCOUNT:
        _obey(hosting, ask, choice)
    letter.reply(Answer(accepted=True, sentence=choice.sentence))


def _obey(hosting: RequestContext, ask: AskRecord, choice: Choice) -> None:
    """What a person decided about what no step waits for; the ask of a step is obeyed by that step."""
    hosting.asks.drop(ask)
    if choice.choice == ChoiceKind.GO_ON:
        hosting.state.end(ask.numbers, NumberState.ACTIVE, "A person confirmed at Telnyx that it is active.")
    if choice.choice == ChoiceKind.GIVE_UP:
        hosting.give_up(ask.numbers, "Given up by a person's answer.")
    if choice.choice == ChoiceKind.AGAIN and ask.topic == CODES_LOST:
        hosting.state.allow_more_codes(ask.numbers)
    elif choice.choice == ChoiceKind.AGAIN and hosting.state.round is not None:
        hosting.round.digest = "" if ask.from_watch else hosting.round.digest
        hosting.watch.look_again()


async def _account_resumed(hosting: RequestContext, _letter: PendingMessage, message: AccountResumed) -> None:
    hosting.account_mended(message.by)


async def _hear_of_transfer(hosting: RequestContext, _letter: PendingMessage, message: TelnyxNews) -> None:
    hear(hosting, message)


_DESK: dict[type, Callable[[RequestContext, PendingMessage, Any], Awaitable[None]]] = {
    SubmitCodes: _submit_codes,
    ResendCodes: _resend_codes,
    ReplaceDocuments: _replace_documents,
    GiveUp: _give_up,
    RetryNumbers: _retry_numbers,
    AnswerAsk: _answer,
    TelnyxNews: _hear_of_transfer,
    AccountResumed: _account_resumed,
}
