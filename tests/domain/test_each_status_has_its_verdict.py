"""What each status of Telnyx leads to, written down a second time by hand, so that a mistake in a table is noticed."""

import pytest

from domain.judge_orders import judge_order
from domain.number_statuses import NUMBERS
from domain.order_snapshot import OrderSnapshot
from domain.order_statuses import ORDERS
from domain.verdicts import Verdict
from domain.vocabulary import AskKind, Next, NumberState

A = "+12125550101"
OF_A_NUMBER = {
    # status: what becomes of the number, and what its round, or a person, does about it
    "pending": (NumberState.IN_REVIEW, Next.WAIT),
    "ownership_successful": (NumberState.IN_REVIEW, Next.WAIT),
    "provisioning": (NumberState.IN_REVIEW, Next.WAIT),
    "successful": (NumberState.ACTIVE, Next.WAIT),
    # Failed, and a new order does not help.
    "deleted": (NumberState.FAILED, Next.WAIT),
    "failed": (NumberState.FAILED, Next.WAIT),
    "failed_ineligible_carrier": (NumberState.FAILED, Next.WAIT),
    "failed_number_not_found": (NumberState.FAILED, Next.WAIT),
    # Failed in this order. A person fixes the cause, then `retry` gives the number a new order.
    "failed_activation": (NumberState.FAILED, Next.ASK),
    "failed_number_already_hosted": (NumberState.FAILED, Next.ASK),
    "failed_ownership_verification": (NumberState.FAILED, Next.ASK),
    "failed_carrier_rejected": (NumberState.REJECTED, Next.WAIT),
    # The request places a new order by itself.
    "failed_timeout": (NumberState.FAILED, Next.AGAIN),
}
OF_AN_ORDER = {
    # status: what becomes of a verified number that is still pending, what the round does, and what is asked for
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


def judged(order: str, status: str, known: NumberState) -> Verdict:
    return judge_order(OrderSnapshot("order-1", order, {A: status}), {A: known}, documents_given=False)


def test_every_status_is_written_down() -> None:
    assert (set(OF_A_NUMBER), set(OF_AN_ORDER)) == (set(NUMBERS), set(ORDERS))


@pytest.mark.parametrize("status", OF_A_NUMBER)
def test_a_number_under_review_becomes_what_its_status_says(status: str) -> None:
    result = judged("provisioning", status, NumberState.IN_REVIEW).numbers[A]
    assert (result.state, result.next) == OF_A_NUMBER[status]
    assert result.status == status


@pytest.mark.parametrize("status", OF_AN_ORDER)
def test_a_pending_number_becomes_what_the_status_of_its_order_says(status: str) -> None:
    verdict = judged(status, "pending", NumberState.VERIFIED)
    asked = verdict.need.kind if verdict.need else None
    assert (verdict.numbers[A].state, verdict.next, asked) == OF_AN_ORDER[status]
    assert verdict.numbers[A].status == "pending"


@pytest.mark.parametrize(("status", "known"), [("pending", "unverified"), ("ownership_successful", "verified")])
def test_an_unverified_number_is_verified_by_its_own_status_alone(status: str, known: str) -> None:
    assert judged("pending", status, NumberState.UNVERIFIED).numbers[A].state == known
