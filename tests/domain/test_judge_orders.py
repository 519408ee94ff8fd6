"""What a Telnyx order means for its numbers: the full product of words and of what is known, then its rules."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from domain.judge_orders import OrderSnapshot, judge_order
from domain.messages import Verdict
from domain.number_statuses import NUMBERS, NumberKind
from domain.order_statuses import ORDERS, OrderKind
from domain.vocabulary import AskKind, ChoiceKind, Next, NumberState

A, B = "+12125550101", "+12125550102"
MISSING = None
ORDER_WORDS = [*ORDERS, "regulatory_hold", ""]
NUMBER_WORDS = [*NUMBERS, "regulatory_hold", "", MISSING]
UNDER_WAY = [state for state in NumberState if not state.is_final]
PAPERS = [word for word, row in ORDERS.items() if row.kind is OrderKind.DOCUMENTS]
ENDED = {"carrier_rejected", "compliance_review_failed", "ineligible_carrier", "failed", "deleted"}


class Case(NamedTuple):
    """One number in one order."""

    order: str
    word: str | None
    known: NumberState
    documents_given: bool = False

    @property
    def verdict(self) -> Verdict:
        return judge(self.order, {A: self.word}, {A: self.known}, documents_given=self.documents_given)


def judge(
    order: str, words: dict[str, str | None], known: dict[str, NumberState], *, documents_given: bool = False
) -> Verdict:
    named = {number: word for number, word in words.items() if word is not MISSING}
    return judge_order(OrderSnapshot("order-1", order, named), known, documents_given=documents_given)


def product() -> Iterator[Case]:
    """Every order word, number word, known state and whether the papers were given."""
    for order in ORDER_WORDS:
        for word in NUMBER_WORDS:
            for known in NumberState:
                yield from (Case(order, word, known, documents_given) for documents_given in (False, True))


def under_way() -> Iterator[Case]:
    return (case for case in product() if not case.known.is_final)


def test_the_product_is_whole() -> None:
    assert len(list(product())) == 14 * 16 * 9 * 2


def test_a_number_that_is_settled_is_never_judged_again() -> None:
    for case in product():
        if case.known.is_final:
            assert case.verdict.numbers == {}, case
            assert case.verdict.next is Next.GO_ON, case


def test_a_number_under_way_always_has_a_verdict_with_a_reason() -> None:
    for case in under_way():
        verdict = case.verdict
        assert list(verdict.numbers) == [A], case
        assert verdict.because, case
        assert verdict.numbers[A].because, case
        assert verdict.next is not Next.STOP, case


def test_only_telnyx_own_word_makes_a_number_active() -> None:
    for case in under_way():
        active = case.verdict.numbers[A].state is NumberState.ACTIVE
        assert active == (case.word == "successful" and case.order != "deleted"), case


def test_a_round_is_over_exactly_when_the_number_is_settled() -> None:
    for case in under_way():
        over = case.verdict.next in {Next.GO_ON, Next.AGAIN}
        assert over == case.verdict.numbers[A].state.is_final, case


def test_a_number_that_timed_out_asks_for_a_new_order_and_no_other_does() -> None:
    for case in under_way():
        again = case.word == "failed_timeout" and case.order != "deleted"
        assert (case.verdict.next is Next.AGAIN) == again, case
        assert (case.verdict.numbers[A].next is Next.AGAIN) == again, case


def test_nothing_that_is_not_understood_goes_by_without_a_question() -> None:
    for case in under_way():
        odd = case.word not in NUMBERS or case.order not in ORDERS
        if odd and not case.verdict.numbers[A].state.is_final:
            assert case.verdict.next is Next.ASK, case
            assert case.verdict.need is not None, case
            assert case.verdict.need.numbers == [A], case


def test_only_what_is_refused_or_not_understood_is_asked_about() -> None:
    for case in under_way():
        if case.verdict.next is Next.ASK:
            assert case.order in {*PAPERS, "successful"} or case.order not in ORDERS or case.word not in NUMBERS, case


def test_a_number_of_an_unknown_word_is_neither_settled_nor_new() -> None:
    for case in under_way():
        if case.word in {"regulatory_hold", ""} and case.order != "deleted":
            told = case.verdict.numbers[A].state
            assert told is (NumberState.UNVERIFIED if case.known is NumberState.NEW else case.known), case


def test_a_number_that_the_order_does_not_name_stays_what_it_was() -> None:
    for case in under_way():
        if case.word is MISSING and case.order != "deleted":
            assert case.verdict.numbers[A].state is case.known, case
            assert "no longer names this number" in case.verdict.numbers[A].because, case


def test_a_deleted_order_takes_all_of_its_numbers_with_it() -> None:
    for case in under_way():
        if case.order == "deleted":
            assert case.verdict.numbers[A].state is NumberState.FAILED, case
            assert case.verdict.next is Next.GO_ON, case


PROGRESS = [NumberState.NEW, NumberState.UNVERIFIED, NumberState.VERIFIED, NumberState.IN_REVIEW]


def test_pending_never_takes_back_what_is_known_but_for_refused_papers() -> None:
    for case in under_way():
        told = case.verdict.numbers[A].state
        if case.word != "pending" or told.is_final:
            continue
        if case.order in PAPERS and case.known is NumberState.IN_REVIEW:
            assert told is NumberState.VERIFIED, case
        else:
            assert PROGRESS.index(told) >= PROGRESS.index(case.known), case


def test_an_ended_order_settles_what_is_still_pending() -> None:
    for case in under_way():
        if case.order in ENDED and case.word == "pending":
            expected = NumberState.REJECTED if case.order == "carrier_rejected" else NumberState.FAILED
            assert case.verdict.numbers[A].state is expected, case
            assert case.order in case.verdict.numbers[A].because, case


def test_every_final_number_word_speaks_for_itself_whatever_the_order_says() -> None:
    states = {
        NumberKind.ACTIVE: NumberState.ACTIVE,
        NumberKind.REJECTED: NumberState.REJECTED,
        NumberKind.CLOSED: NumberState.FAILED,
        NumberKind.FIXABLE: NumberState.FAILED,
        NumberKind.TIMED_OUT: NumberState.FAILED,
    }
    for case in under_way():
        row = NUMBERS.get(case.word or "")
        gives_way = case.order == "deleted" or (case.word == "failed" and case.order in ENDED)
        if row and row.kind in states and not gives_way:
            assert case.verdict.numbers[A].state is states[row.kind], case
            assert row.status in case.verdict.numbers[A].because, case


def test_the_word_failed_gives_no_reason_so_the_order_that_ended_gives_it() -> None:
    for case in under_way():
        if case.word == "failed" and case.order in ENDED:
            expected = NumberState.REJECTED if case.order == "carrier_rejected" else NumberState.FAILED
            assert case.verdict.numbers[A].state is expected, case
            assert f"({case.order})" in case.verdict.numbers[A].because, case
            assert ORDERS[case.order].guidance in case.verdict.numbers[A].because, case


@pytest.mark.parametrize(
    ("case", "state"),
    [
        # A number in an order waits for its code, whatever was known before.
        (Case("pending", "pending", NumberState.NEW), NumberState.UNVERIFIED),
        # A code entered in the portal is noticed by the word of the number.
        (Case("pending", "ownership_successful", NumberState.UNVERIFIED), NumberState.VERIFIED),
        # The word stays through the review, so it takes nothing back.
        (Case("pending", "ownership_successful", NumberState.IN_REVIEW, documents_given=True), NumberState.IN_REVIEW),
        (Case("pending", "ownership_successful", NumberState.IN_REVIEW), NumberState.IN_REVIEW),
        # Refused papers prove nothing of a number whose code was never given.
        (Case("loa_file_invalid", "pending", NumberState.UNVERIFIED), NumberState.UNVERIFIED),
        # The papers are up, and the order has not moved yet.
        (Case("pending", "pending", NumberState.VERIFIED, documents_given=True), NumberState.IN_REVIEW),
        # Papers uploaded in the portal are noticed by the word of the order.
        (Case("loa_file_successful", "pending", NumberState.VERIFIED), NumberState.IN_REVIEW),
        (Case("provisioning", "pending", NumberState.UNVERIFIED), NumberState.IN_REVIEW),
        # A number without proof does not enter the review with the papers.
        (Case("pending", "pending", NumberState.UNVERIFIED, documents_given=True), NumberState.UNVERIFIED),
        # The order is done, this number's own word has not come yet: not active before Telnyx says so.
        (Case("successful", "pending", NumberState.IN_REVIEW, documents_given=True), NumberState.IN_REVIEW),
        # The order may be ahead of or behind its numbers.
        (Case("pending", "provisioning", NumberState.VERIFIED), NumberState.IN_REVIEW),
    ],
)
def test_an_open_word_lets_the_order_speak(case: Case, state: NumberState) -> None:
    assert case.verdict.numbers[A].state is state


def test_a_number_left_open_in_an_order_that_is_done_is_asked_about_and_the_active_ones_are_not() -> None:
    known = dict.fromkeys((A, B), NumberState.IN_REVIEW)
    verdict = judge("successful", {A: "successful", B: "pending"}, known)
    assert verdict.need is not None
    assert verdict.need.numbers == [B]
    assert verdict.numbers[B].because == "Telnyx says that the order is done, but 'pending' of this number."


@pytest.mark.parametrize(
    ("known", "sentence"),
    [
        (NumberState.UNVERIFIED, "Its ownership code is awaited (pending)."),
        (NumberState.VERIFIED, "Its ownership is proved; the papers are next (pending)."),
        (NumberState.IN_REVIEW, "Telnyx and the losing carrier are at work on it (pending)."),
    ],
)
def test_an_open_number_says_what_it_waits_for(known: NumberState, sentence: str) -> None:
    assert Case("pending", "pending", known).verdict.numbers[A].because == sentence


def test_a_word_that_is_not_understood_is_shown_as_it_is() -> None:
    assert Case("pending", "regulatory_hold", NumberState.VERIFIED).verdict.numbers[A].status == "regulatory_hold"


@pytest.mark.parametrize("order", PAPERS)
def test_refused_papers_are_asked_for_with_the_guidance_of_the_word(order: str) -> None:
    verdict = judge(order, {A: "pending", B: "failed"}, {A: NumberState.IN_REVIEW, B: NumberState.IN_REVIEW})
    assert verdict.next is Next.ASK
    assert verdict.need is not None
    assert (verdict.need.kind, verdict.need.numbers) == (AskKind.DOCUMENTS, [A])
    assert order in verdict.need.guidance
    assert ORDERS[order].guidance in verdict.need.guidance


@pytest.mark.parametrize(
    ("order", "paper"),
    [("loa_file_invalid", "loa"), ("incorrect_billing_information", "bill"), ("incomplete_documentation", "")],
)
def test_the_paper_at_fault_is_named_where_the_word_names_it(order: str, paper: str) -> None:
    need = judge(order, {A: "pending"}, {A: NumberState.IN_REVIEW}).need
    assert need is not None
    assert need.refused == paper


def test_one_odd_number_is_asked_about_alone_and_the_others_go_on() -> None:
    known = dict.fromkeys((A, B), NumberState.IN_REVIEW)
    verdict = judge("provisioning", {A: "successful", B: "regulatory_hold"}, known)
    assert verdict.numbers[A].state is NumberState.ACTIVE
    assert verdict.next is Next.ASK
    assert verdict.need is not None
    assert verdict.need.numbers == [B]
    assert "'regulatory_hold'" in verdict.need.guidance
    assert {choice.choice for choice in verdict.need.choices} == {ChoiceKind.WAIT, ChoiceKind.GO_ON, ChoiceKind.GIVE_UP}


def test_an_unknown_order_word_is_asked_about_but_its_active_numbers_count() -> None:
    known = dict.fromkeys((A, B), NumberState.IN_REVIEW)
    verdict = judge("regulatory_hold", {A: "successful", B: "pending"}, known)
    assert verdict.numbers[A].state is NumberState.ACTIVE
    assert verdict.need is not None
    assert verdict.need.numbers == [B]
    assert "'regulatory_hold' of the order order-1" in verdict.need.guidance


def test_a_round_ends_by_a_new_order_when_only_some_numbers_timed_out() -> None:
    known = dict.fromkeys((A, B), NumberState.IN_REVIEW)
    verdict = judge("failed", {A: "successful", B: "failed_timeout"}, known)
    assert verdict.next is Next.AGAIN
    assert [number for number, told in verdict.numbers.items() if told.next is Next.AGAIN] == [B]


def test_an_order_of_which_nothing_is_under_way_is_over() -> None:
    assert judge("regulatory_hold", {A: "pending"}, {}).next is Next.GO_ON
