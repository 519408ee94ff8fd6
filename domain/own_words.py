"""What our own words mean to the people who read them: states, outcomes, steps, asks, results of codes.

Telnyx's statuses stand in the tables of `domain.explain`. A word may be in both, such as `rejected`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from domain.asks import RULES
from domain.vocabulary import CodeOutcome, NumberState, Outcome, Step

_SHOW = "`hosted-sms show REFERENCE` says what is needed from whom."
_RETRY = "Remove the cause, then `hosted-sms retry`, or `hosted-sms give-up`. The other numbers go on."
_NOTHING = "There is nothing to do now."


@dataclass(frozen=True)
class OwnWord:
    """One of our own words, in sentences. `kind` is what it is said of, such as `state of a number`."""

    kind: str
    word: str
    meaning: str
    whose_move: str
    guidance: str
    table: Literal["ours"] = "ours"
    """Tells it from a word of Telnyx; the name of this field is part of the contract."""


_NUMBER, _OUTCOME, _STEP = "state of a number", "outcome of a request", "step of a request"
_CODE, _ASK = "result of a code", "kind of ask"

_ROWS = (
    OwnWord(_NUMBER, NumberState.NEW, "is not in an order yet", "this program", _NOTHING),
    OwnWord(
        _NUMBER,
        NumberState.LEFT_OUT,
        "cannot be hosted and is never ordered",
        "you",
        "Read why in `hosted-sms show REFERENCE`. A new request checks the number again.",
    ),
    OwnWord(_NUMBER, NumberState.UNVERIFIED, "waits for its ownership code", "you, customer", _SHOW),
    OwnWord(
        _NUMBER, NumberState.VERIFIED, "has its ownership proved", "you, customer", "The LOA and the bill come next."
    ),
    OwnWord(_NUMBER, NumberState.IN_REVIEW, "is reviewed with its documents", "Telnyx, carrier", _NOTHING),
    OwnWord(_NUMBER, NumberState.ACTIVE, "is active", "you", "Use the number: SMS works."),
    OwnWord(_NUMBER, NumberState.REJECTED, "was rejected by the losing carrier", "customer, carrier", _RETRY),
    OwnWord(_NUMBER, NumberState.FAILED, "was closed by Telnyx", "you, then Telnyx support", _RETRY),
    OwnWord(
        _NUMBER,
        NumberState.GIVEN_UP,
        "was given up by a person, a deadline or a cancel",
        "you",
        "Start a new request if the number is still wanted.",
    ),
    OwnWord(
        "number on hold",
        "parked",
        "has no order and waits for a person, while the other numbers go on",
        "you",
        _RETRY,
    ),
    OwnWord(_OUTCOME, Outcome.RUNNING, "has not ended", "see its asks", _SHOW),
    OwnWord(_OUTCOME, Outcome.ACTIVE, "ended with every number active", "you", "Use the numbers: SMS works."),
    OwnWord(_OUTCOME, Outcome.PARTLY_ACTIVE, "ended with some numbers active", "you", _SHOW),
    OwnWord(_OUTCOME, Outcome.NOT_ACTIVE, "ended with no number active", "you", _SHOW),
    OwnWord(_OUTCOME, Outcome.CANCELLED, "was cancelled before any number was active", "you", _SHOW),
    OwnWord(
        _OUTCOME,
        Outcome.EXPIRED,
        "ended because codes or documents did not come before the deadline",
        "you",
        "Start a new request when they are at hand.",
    ),
    OwnWord(_STEP, Step.ELIGIBILITY, "asks Telnyx which numbers can be hosted", "this program", _NOTHING),
    OwnWord(_STEP, Step.ORDER, "places the order at Telnyx", "this program", _NOTHING),
    OwnWord(_STEP, Step.CODES, "waits for the ownership codes", "you, customer", _SHOW),
    OwnWord(_STEP, Step.DOCUMENTS, "waits for the LOA and the bill, or uploads them", "you, customer", _SHOW),
    OwnWord(_STEP, Step.REVIEW, "waits for the review of Telnyx and the losing carrier", "Telnyx, carrier", _NOTHING),
    OwnWord(_STEP, Step.DONE, "is over", "you", _SHOW),
    OwnWord(_CODE, CodeOutcome.VERIFIED, "was right", "this program", _NOTHING),
    OwnWord(_CODE, CodeOutcome.REJECTED, "was wrong", "you, customer", "Read it again, or `hosted-sms resend`."),
    OwnWord(_CODE, CodeOutcome.ALREADY_VERIFIED, "was not needed: the number has its proof", "this program", _NOTHING),
    OwnWord(_CODE, CodeOutcome.NOT_ASKED, "was not tried: no code is awaited for the number", "you", _SHOW),
    *(OwnWord(_ASK, kind, f"awaits {rule.label}", rule.who, _SHOW) for kind, rule in RULES.items()),
    OwnWord(
        "order left at Telnyx",
        "left_behind",
        "could not be removed at the end of its request",
        "you",
        "The sentence beside it says how to remove it.",
    ),
    OwnWord(
        "answer without a worker",
        "partial",
        "holds only what the Temporal server knows",
        "operator",
        "Ask again when a worker runs.",
    ),
)


def explain_own(word: str) -> list[OwnWord]:
    """Every meaning of one of our own words, written in lower case."""
    return [row for row in _ROWS if row.word == word]


def own_words() -> Iterator[str]:
    """All of our own words."""
    return (row.word for row in _ROWS)
