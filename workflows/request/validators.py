"""What a request refuses before it keeps anything: the malformed and the untimely, in one sentence each.

Each function returns the sentence, or an empty text when the message may come in. They only read the state.
"""

import re
from collections import Counter
from collections.abc import Iterable

from domain.asks import awaited
from domain.checks import CheckRequest
from domain.contact_hours import parse_contact_hours
from domain.imports import is_reserved_for_imports
from domain.messages import (
    AnswerAsk,
    Cancel,
    GiveUp,
    HostingRequest,
    ReplaceDocuments,
    ResendCodes,
    RetryNumbers,
    SubmitCodes,
)
from domain.names import MAX_NUMBERS, is_reference, is_reserved_for_accounts, looks_like_an_option, workflow_id
from domain.phone_numbers import is_e164_us
from domain.printable import LONGEST_NAME, is_printable, line
from domain.text import join_some
from domain.vocabulary import NumberState, Outcome, Step
from workflows.request.state import State

_CODE = re.compile(r"[0-9]{3,12}")
"""Telnyx's sample has five digits; the length is not documented (docs/telnyx.md §11)."""

METHODS = ("sms", "call")
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SHOWN = 40


def start(given: HostingRequest, started_as: str) -> str:
    """Why a request cannot begin. Its workflow id must be the one by which everyone else finds it."""
    wanted = workflow_id(given.reference)
    wrong_id = f"The workflow id is {started_as!r}, but the request {given.reference} has the id {wanted!r}: use that."
    return request(given) or ("" if started_as == wanted else wrong_id)


def request(given: HostingRequest) -> str:
    """Why a request cannot begin. Faces refuse the same earlier; a request started without them is refused here."""
    return (
        _reference(given.reference)
        or _numbers(given.phone_numbers)
        or _customer(given.customer)
        or _id("account", given.account)
        or _id("messaging profile", given.messaging_profile_id)
        or _method(given.options.verification_method)
        or _hours(given.options.contact_hours)
    )


def _reference(reference: str) -> str:
    if not is_reference(reference):
        return f"The reference {reference!r} is refused: expected 1–64 letters, digits, dots, underscores or hyphens."
    if looks_like_an_option(reference):
        return f"The reference {reference!r} is refused: a command would take it for an option, since it begins so."
    if is_reserved_for_accounts(reference):
        return f"The reference {reference!r} is refused: what begins with `account-` names a Telnyx account."
    if is_reserved_for_imports(reference):
        return f"The reference {reference!r} is refused: it names an import."
    return ""


def _numbers(phone_numbers: list[str]) -> str:
    if not 1 <= len(phone_numbers) <= MAX_NUMBERS:
        return f"A request has 1–{MAX_NUMBERS} numbers, not {len(phone_numbers)}: split it."
    repeated = _repeated(phone_numbers)
    return wrong_numbers(phone_numbers) or (
        f"These numbers are repeated, name each once: {join_some(repeated)}." if repeated else ""
    )


def _id(what: str, text: str) -> str:
    if _ID.fullmatch(text):
        return ""
    return f"The {what} {line(text, _SHOWN)!r} is refused: expected 1–64 letters, digits, dots, underscores or hyphens."


def _customer(customer: str) -> str:
    """It is readable on the server and stands in lists, so it is taken as it is or not at all."""
    if len(customer) <= LONGEST_NAME and is_printable(customer):
        return ""
    shown = line(customer, _SHOWN)
    return f"The customer {shown!r} is refused: expected at most {LONGEST_NAME} visible signs, on one line."


def wrong_numbers(phone_numbers: Iterable[str]) -> str:
    """Which of them are no US numbers."""
    wrong = [number for number in phone_numbers if not is_e164_us(number)]
    return f"These are not US numbers in E.164, such as +15125550100: {join_some(wrong)}." if wrong else ""


def check(asked: CheckRequest) -> str:
    """Why numbers cannot be checked."""
    return _none_given(asked.phone_numbers) or wrong_numbers(asked.phone_numbers)


def submit_codes(state: State, message: SubmitCodes) -> str:
    """Codes must be digits, for numbers of this request, once codes were asked for."""
    numbers = [entry.phone_number for entry in message.codes]
    malformed = [entry.phone_number for entry in message.codes if not _CODE.fullmatch(entry.code)]
    repeated = _repeated(numbers)
    if not numbers:
        return "No code was given: give at least one number with its code."
    if malformed:
        return f"A code has 3–12 digits and nothing else: check the code for {join_some(malformed)}."
    if repeated:
        return f"Give one code for each number, not several: {join_some(repeated)}."
    return _ended(state) or _strangers(state, numbers) or _too_early_for_codes(state)


def resend_codes(state: State, message: ResendCodes) -> str:
    """Codes can be sent again while a number waits for its code."""
    refusal = _ended(state) or _strangers(state, message.phone_numbers) or _method(message.method)
    if refusal:
        return refusal
    waiting = state.in_round(NumberState.UNVERIFIED)
    if not waiting or (message.phone_numbers and not set(message.phone_numbers) & set(waiting)):
        return f"No code is awaited for {join_some(message.phone_numbers) or 'any number'}; {_present(state)}"
    return ""


def replace_documents(state: State, message: ReplaceDocuments) -> str:
    """Documents are taken until the request has ended."""
    if message.loa is None and message.bill is None:
        return "No document was given: give the LOA, the bill or both."
    return _ended(state)


def retry_numbers(state: State, message: RetryNumbers) -> str:
    """Only a number on hold gets an order of its own."""
    refusal = _ended(state) or _none_given(message.phone_numbers) or _strangers(state, message.phone_numbers)
    if refusal:
        return refusal
    others = [number for number in message.phone_numbers if state.numbers[number].parked is None]
    return f"Only a number on hold can be retried, and {_states(state, others)}." if others else ""


def give_up(state: State, message: GiveUp) -> str:
    """A finished number cannot be given up."""
    refusal = _ended(state) or _none_given(message.phone_numbers) or _strangers(state, message.phone_numbers)
    if refusal:
        return refusal
    finished = [number for number in message.phone_numbers if state.numbers[number].is_finished]
    return f"There is nothing to give up: {_states(state, finished)}." if finished else ""


def cancel(state: State, _message: Cancel) -> str:
    """A request that has ended, or whose numbers are all finished, cannot be cancelled."""
    if not _ended(state) and state.is_finished:
        return f"There is nothing left to cancel; {_present(state)}"
    return _ended(state)


def answer(state: State, message: AnswerAsk) -> str:
    """The ask must be open and must offer the choice."""
    asks = {ask.id: ask for ask in state.asks if ask.chosen is None}
    if message.ask not in asks:
        return _ended(state) or f"There is no open ask {message.ask!r} ({_open(asks)}); {_present(state)}"
    asked = asks[message.ask]
    offered = asked.choices
    fitting = [choice for choice in offered if choice.choice == message.choice]
    if not fitting:
        words = sorted({choice.choice for choice in offered})
        wanted = awaited(asked.kind, len(asked.numbers))
        how = f"choose one of {join_some(words)}" if words else f"it wants {wanted}, not an answer"
        return f"The ask {message.ask} has no choice {message.choice!r}: {how}."
    orders = [choice.order_id for choice in fitting if choice.order_id]
    if orders and message.order_id not in orders:
        return f"Name the order to {message.choice}: {join_some(orders)}."
    return ""


def _ended(state: State) -> str:
    if state.stopping:
        return f"The request is ending: {state.stopping[0].lower()}{state.stopping[1:]}"
    if state.outcome is Outcome.RUNNING and state.step is not Step.DONE:
        return ""
    return f"The request has ended: {state.outcome.replace('_', ' ')}."


def _present(state: State) -> str:
    return f"the request is at the step {state.step}."


def _open(asks: Iterable[str]) -> str:
    ids = join_some(asks)
    return f"open: {ids}" if ids else "none is open"


def _none_given(numbers: list[str]) -> str:
    return "" if numbers else "No number was given: name at least one."


def _strangers(state: State, numbers: Iterable[str]) -> str:
    strangers = [number for number in numbers if number not in state.numbers]
    return f"Not a number of this request: {join_some(strangers)}; {_present(state)}" if strangers else ""


def _too_early_for_codes(state: State) -> str:
    if state.step in {Step.ELIGIBILITY, Step.ORDER} and not state.in_round(NumberState.UNVERIFIED):
        return f"No code was requested yet; {_present(state)}"
    return ""


def _states(state: State, numbers: list[str]) -> str:
    return join_some(f"{number} is {state.numbers[number].state.replace('_', ' ')}" for number in numbers)


def _repeated(numbers: Iterable[str]) -> list[str]:
    """Each is named once. It takes one pass, since a message may be long and a workflow task may not take seconds."""
    return sorted(number for number, times in Counter(numbers).items() if times > 1)


def _hours(text: str) -> str:
    try:
        parse_contact_hours(text)
    except ValueError as error:
        return str(error)
    return ""


def _method(method: str) -> str:
    return "" if method in METHODS else f"Codes come by sms or call, not by {method!r}."
