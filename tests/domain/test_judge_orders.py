"""What an order means for its numbers: rules over every combination of statuses and of what is known, then cases."""

from collections.abc import Iterator
from functools import cached_property
from itertools import product
from typing import NamedTuple

import pytest

from domain.judge_numbers import NOT_LISTED
from domain.judge_orders import judge_order
from domain.number_statuses import NUMBERS, NumberKind
from domain.order_snapshot import OrderSnapshot
from domain.order_statuses import ORDERS, OrderKind
from domain.verdicts import Need, NumberVerdict, Verdict
from domain.vocabulary import AskKind, ChoiceKind, Next, NumberState

A, B = "+12125550101", "+12125550102"
MISSING = None
ORDER_STATUSES = [*ORDERS, "regulatory_hold", ""]
NUMBER_STATUSES = [*NUMBERS, "regulatory_hold", "", MISSING]
REFUSED = [status for status, row in ORDERS.items() if row.kind is OrderKind.DOCUMENTS]
ENDED = {"carrier_rejected", "compliance_review_failed", "ineligible_carrier", "failed", "deleted"}
PROGRESS = [NumberState.NEW, NumberState.UNVERIFIED, NumberState.VERIFIED, NumberState.IN_REVIEW]
IN_REVIEW = dict.fromkeys((A, B), NumberState.IN_REVIEW)


class _Case(NamedTuple):
    order: str
    status: str | None
    known: NumberState
    documents_given: bool = False


class Case(_Case):
    """One number in one order, and the verdict about it."""

    @cached_property
    def verdict(self) -> Verdict:
        return judge(self.order, {A: self.status}, {A: self.known}, documents_given=self.documents_given)

    @property
    def number(self) -> NumberVerdict:
        return self.verdict.numbers[A]


def judge(
    order: str, statuses: dict[str, str | None], known: dict[str, NumberState], *, documents_given: bool = False
) -> Verdict:
    listed = {number: status for number, status in statuses.items() if status is not MISSING}
    return judge_order(OrderSnapshot("order-1", order, listed), known, documents_given=documents_given)


def need_of(verdict: Verdict) -> Need:
    assert verdict.next is Next.ASK
    assert verdict.need is not None
    return verdict.need


ALL = [Case(*case) for case in product(ORDER_STATUSES, NUMBER_STATUSES, NumberState, (False, True))]


def under_way() -> Iterator[Case]:
    return (case for case in ALL if not case.known.is_final)


def test_the_combinations_are_complete() -> None:
    assert len(ALL) == 14 * 16 * 9 * 2


def test_a_final_number_is_never_judged_again() -> None:
    for case in ALL:
        if case.known.is_final:
            assert (case.verdict.numbers, case.verdict.next) == ({}, Next.GO_ON), case


def test_a_number_under_way_always_has_a_verdict_with_a_reason() -> None:
    for case in under_way():
        assert list(case.verdict.numbers) == [A], case
        assert case.verdict.because, case
        assert case.number.because, case
        assert case.verdict.next is not Next.STOP, case


def test_only_telnyx_own_status_makes_a_number_active() -> None:
    for case in under_way():
        active = case.status == "successful" and case.order != "deleted"
        assert (case.number.state is NumberState.ACTIVE) == active, case


def test_a_round_is_over_exactly_when_the_number_is_final() -> None:
    for case in under_way():
        assert (case.verdict.next in {Next.GO_ON, Next.AGAIN}) == case.number.state.is_final, case


def test_a_number_that_timed_out_asks_for_a_new_order_and_no_other_does() -> None:
    for case in under_way():
        again = case.status == "failed_timeout" and case.order != "deleted"
        assert (case.verdict.next is Next.AGAIN) == again, case
        assert (case.number.next is Next.AGAIN) == again, case


def test_everything_unknown_becomes_a_question_and_little_else_does() -> None:
    for case in under_way():
        unknown = case.status not in NUMBERS or case.order not in ORDERS
        if unknown and not case.number.state.is_final:
            assert need_of(case.verdict).numbers == [A], case
        elif case.verdict.next is Next.ASK:
            assert case.order in {*REFUSED, "successful"}, case


def test_an_unknown_status_is_shown_and_leaves_the_number_where_it_was_in_the_order() -> None:
    for case in under_way():
        if case.status in {"regulatory_hold", ""} and case.order != "deleted":
            assert case.number.state is max(case.known, NumberState.UNVERIFIED, key=PROGRESS.index), case
            assert case.number.status == case.status, case


def test_a_number_that_the_order_does_not_list_stays_what_it_was() -> None:
    for case in under_way():
        if case.status is MISSING and case.order != "deleted":
            assert (case.number.state, case.number.because) == (case.known, NOT_LISTED), case


def test_a_deleted_order_ends_all_of_its_numbers() -> None:
    for case in under_way():
        if case.order == "deleted":
            assert (case.number.state, case.verdict.next) == (NumberState.FAILED, Next.GO_ON), case


def test_pending_never_takes_back_what_is_known_except_after_refused_documents() -> None:
    for case in under_way():
        state = case.number.state
        if case.status != "pending" or state.is_final:
            continue
        if case.order in REFUSED and case.known is NumberState.IN_REVIEW:
            assert state is NumberState.VERIFIED, case
        else:
            assert PROGRESS.index(state) >= PROGRESS.index(case.known), case


def test_an_ended_order_gives_its_reason_to_numbers_that_have_none() -> None:
    """A pending number has none, and neither has one that just failed."""
    for case in under_way():
        if case.order in ENDED and case.status in {"pending", "failed"}:
            rejected = case.order == "carrier_rejected"
            assert case.number.state is (NumberState.REJECTED if rejected else NumberState.FAILED), case
            assert case.number.because == ORDERS[case.order].advice("order"), case


def test_every_other_final_status_of_a_number_counts_whatever_the_order_says() -> None:
    states = {
        NumberKind.ACTIVE: NumberState.ACTIVE,
        NumberKind.REJECTED: NumberState.REJECTED,
        NumberKind.CLOSED: NumberState.FAILED,
        NumberKind.FIXABLE: NumberState.FAILED,
        NumberKind.TIMED_OUT: NumberState.FAILED,
    }
    for case in under_way():
        row = NUMBERS.get(case.status or "")
        gives_way = case.order == "deleted" or (case.status == "failed" and case.order in ENDED)
        if row and row.kind in states and not gives_way:
            assert case.number.state is states[row.kind], case
            assert case.number.because == row.advice("number"), case


@pytest.mark.parametrize(
    ("case", "state"),
    [
        # A number in an order waits for its code, no matter what was known before.
        (Case("pending", "pending", NumberState.NEW), NumberState.UNVERIFIED),
        # A code entered in the portal shows in the number's status.
        (Case("pending", "ownership_successful", NumberState.UNVERIFIED), NumberState.VERIFIED),
        # That status stays through the review, so it takes nothing back.
        (Case("pending", "ownership_successful", NumberState.IN_REVIEW, documents_given=True), NumberState.IN_REVIEW),
        (Case("pending", "ownership_successful", NumberState.IN_REVIEW), NumberState.IN_REVIEW),
        # Refused documents say nothing about a number whose code was never given.
        (Case("loa_file_invalid", "pending", NumberState.UNVERIFIED), NumberState.UNVERIFIED),
        # The documents are uploaded, and the order has not moved yet.
        (Case("pending", "pending", NumberState.VERIFIED, documents_given=True), NumberState.IN_REVIEW),
        # Refused documents, and an unknown status, do not become a review by what was uploaded before.
        (Case("loa_file_invalid", "pending", NumberState.VERIFIED, documents_given=True), NumberState.VERIFIED),
        (Case("regulatory_hold", "pending", NumberState.VERIFIED, documents_given=True), NumberState.VERIFIED),
        # Documents uploaded in the portal show in the order's status.
        (Case("loa_file_successful", "pending", NumberState.VERIFIED), NumberState.IN_REVIEW),
        (Case("provisioning", "pending", NumberState.UNVERIFIED), NumberState.IN_REVIEW),
        # An unverified number does not enter the review with the documents.
        (Case("pending", "pending", NumberState.UNVERIFIED, documents_given=True), NumberState.UNVERIFIED),
        # The order is complete, but Telnyx has not said yet that this number is active.
        (Case("successful", "pending", NumberState.IN_REVIEW, documents_given=True), NumberState.IN_REVIEW),
        # The order may be ahead of or behind its numbers.
        (Case("pending", "provisioning", NumberState.VERIFIED), NumberState.IN_REVIEW),
    ],
)
def test_an_open_status_lets_the_order_decide(case: Case, state: NumberState) -> None:
    assert case.number.state is state
    assert f"{case.status}" in case.number.because


@pytest.mark.parametrize("order", ["awaiting_audit", "", "loa_file_invalid", "pending", "successful"])
def test_each_unknown_status_of_a_number_reaches_the_person_who_is_asked(order: str) -> None:
    verdict = judge(order, {A: "odd_one", B: "odd_two"}, IN_REVIEW)
    words = ("'odd_one'", "'odd_two'", A, B, *([] if order in ORDERS else [order]))
    assert all(word in need_of(verdict).guidance for word in words)


def test_a_number_left_open_in_a_complete_order_is_asked_about_and_the_active_ones_are_not() -> None:
    verdict = judge("successful", {A: "successful", B: "pending"}, IN_REVIEW)
    assert need_of(verdict).numbers == [B]
    assert "'pending'" in need_of(verdict).guidance
    assert verdict.numbers[B].because != Case("provisioning", "pending", NumberState.IN_REVIEW).number.because


@pytest.mark.parametrize(
    ("order", "document"),
    [("loa_file_invalid", "loa"), ("incorrect_billing_information", "bill"), ("incomplete_documentation", "")],
)
def test_refused_documents_are_asked_for_by_the_status_which_may_name_the_one_at_fault(
    order: str, document: str
) -> None:
    need = need_of(judge(order, {A: "pending", B: "failed"}, IN_REVIEW))
    assert (need.kind, need.numbers, need.refused) == (AskKind.DOCUMENTS, [A], document)
    assert need.guidance == ORDERS[order].advice("order")


def test_one_unknown_status_is_asked_about_alone_and_the_other_numbers_go_on() -> None:
    verdict = judge("provisioning", {A: "successful", B: "regulatory_hold"}, IN_REVIEW)
    assert verdict.numbers[A].state is NumberState.ACTIVE
    need = need_of(verdict)
    assert need.numbers == [B]
    assert "'regulatory_hold'" in need.guidance
    assert {choice.choice for choice in need.choices} == {ChoiceKind.WAIT, ChoiceKind.GO_ON, ChoiceKind.GIVE_UP}


def test_an_unknown_status_of_the_order_is_asked_about_but_its_active_numbers_count() -> None:
    verdict = judge("regulatory_hold", {A: "successful", B: "pending"}, IN_REVIEW)
    assert verdict.numbers[A].state is NumberState.ACTIVE
    assert need_of(verdict).numbers == [B]
    assert all(named in need_of(verdict).guidance for named in ("'regulatory_hold'", "order-1"))


def test_a_round_ends_with_a_new_order_when_only_some_numbers_timed_out() -> None:
    verdict = judge("failed", {A: "successful", B: "failed_timeout"}, IN_REVIEW)
    assert verdict.next is Next.AGAIN
    assert [number for number, result in verdict.numbers.items() if result.next is Next.AGAIN] == [B]


def test_an_order_without_numbers_under_way_is_over() -> None:
    assert judge("regulatory_hold", {A: "pending"}, {}).next is Next.GO_ON
