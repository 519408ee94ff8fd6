"""What each word of Telnyx leads to, written down once more and by hand: an entry changed by mistake is noticed."""

import pytest

from domain.judge_orders import OrderSnapshot, judge_order
from domain.messages import Verdict
from domain.number_statuses import NUMBERS
from domain.order_statuses import ORDERS
from domain.vocabulary import AskKind, Next, NumberState

A = "+12125550101"
OF_A_NUMBER = {
    # word: what becomes of the number, and what its round, or a person, does about it
    "pending": (NumberState.IN_REVIEW, Next.WAIT),
    "ownership_successful": (NumberState.IN_REVIEW, Next.WAIT),
    "provisioning": (NumberState.IN_REVIEW, Next.WAIT),
    "successful": (NumberState.ACTIVE, Next.WAIT),
    # Over, and no new order helps.
    "deleted": (NumberState.FAILED, Next.WAIT),
    "failed": (NumberState.FAILED, Next.WAIT),
    "failed_ineligible_carrier": (NumberState.FAILED, Next.WAIT),
    "failed_number_not_found": (NumberState.FAILED, Next.WAIT),
    # Over in this order; a person settles the cause, then `retry` gives it a new one.
    "failed_activation": (NumberState.FAILED, Next.ASK),
    "failed_number_already_hosted": (NumberState.FAILED, Next.ASK),
    "failed_ownership_verification": (NumberState.FAILED, Next.ASK),
    "failed_carrier_rejected": (NumberState.REJECTED, Next.WAIT),
    # A new order by itself.
    "failed_timeout": (NumberState.FAILED, Next.AGAIN),
}
OF_AN_ORDER = {
    # word: what becomes of a number that is proved and still pending, what the round does, and what is asked for
    "pending": (NumberState.VERIFIED, Next.WAIT, None),
    "loa_file_successful": (NumberState.IN_REVIEW, Next.WAIT, None),
    "provisioning": (NumberState.IN_REVIEW, Next.WAIT, None),
    "successful": (NumberState.IN_REVIEW, Next.ASK, AskKind.CHOICE),
    "loa_file_invalid": (NumberState.VERIFIED, Next.ASK, AskKind.DOCUMENTS),
    "incomplete_documentation": (NumberState.VERIFIED, Next.ASK, AskKind.DOCUMENTS),
    "incorrect_billing_information": (NumberState.VERIFIED, Next.ASK, AskKind.DOCUMENTS),
    "compliance_review_failed": (NumberState.FAILED, Next.GO_ON, None),
    "carrier_rejected": (NumberState.REJECTED, Next.GO_ON, None),
    "ineligible_carrier": (NumberState.FAILED, Next.GO_ON, None),
    "failed": (NumberState.FAILED, Next.GO_ON, None),
    "deleted": (NumberState.FAILED, Next.GO_ON, None),
}


def judged(order: str, word: str, known: NumberState) -> Verdict:
    return judge_order(OrderSnapshot("order-1", order, {A: word}), {A: known}, documents_given=False)


def test_every_word_is_written_down() -> None:
    assert (set(OF_A_NUMBER), set(OF_AN_ORDER)) == (set(NUMBERS), set(ORDERS))


@pytest.mark.parametrize("word", OF_A_NUMBER)
def test_a_number_under_review_becomes_what_its_word_says(word: str) -> None:
    told = judged("provisioning", word, NumberState.IN_REVIEW).numbers[A]
    assert (told.state, told.next) == OF_A_NUMBER[word]
    assert told.status == word


@pytest.mark.parametrize("word", OF_AN_ORDER)
def test_a_pending_number_becomes_what_the_word_of_its_order_says(word: str) -> None:
    verdict = judged(word, "pending", NumberState.VERIFIED)
    asked = verdict.need.kind if verdict.need else None
    assert (verdict.numbers[A].state, verdict.next, asked) == OF_AN_ORDER[word]
    assert verdict.numbers[A].status == "pending"


@pytest.mark.parametrize(("word", "known"), [("pending", "unverified"), ("ownership_successful", "verified")])
def test_an_unproved_number_is_proved_by_its_own_word_alone(word: str, known: str) -> None:
    assert judged("pending", word, NumberState.UNVERIFIED).numbers[A].state == known
