"""What Telnyx's eligibility check means for a request."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.eligibility_statuses import ELIGIBILITY
from domain.judge_eligibility import EligibilityAnswer, hosted_elsewhere, judge_eligibility
from domain.messages import Verdict
from domain.vocabulary import AskKind, ChoiceKind, Next, NumberState
from tests.domain import openapi_statuses

A, B, C, D = "+12125550101", "+12125550102", "+12125550103", "+12125550104"
GOOD = EligibilityAnswer(eligible=True, status="eligible")
CLOSED = EligibilityAnswer(eligible=False, status="billing_account_is_abolished")
BILLING = EligibilityAnswer(eligible=False, status="billing_account_check_failed")
LATER = EligibilityAnswer(eligible=False, status="number_can_not_be_validated")
WIRELESS = EligibilityAnswer(eligible=False, status="number_can_not_be_wireless")
REPEATED = EligibilityAnswer(eligible=False, status="number_can_not_be_repeated")
HERE_ALREADY = EligibilityAnswer(eligible=False, status="number_can_not_be_active_in_your_account")
ELSEWHERE = EligibilityAnswer(eligible=False, status="number_can_not_hosted_with_a_telnyx_subscriber")
UNKNOWN = EligibilityAnswer(eligible=False, status="number_is_under_review")


def alone(answer: EligibilityAnswer, *, active_here: bool = False) -> Verdict:
    """The verdict on one number for which Telnyx answered so."""
    return judge_eligibility({A: answer}, [A], active_here=frozenset({A} if active_here else ()))


@pytest.mark.parametrize(
    ("word", "next_", "state", "asked"),
    [
        # The only word that may be ordered.
        ("eligible", Next.GO_ON, NumberState.NEW, None),
        # Final for the number: nothing is left of a request that has no other.
        ("number_is_not_a_us_number", Next.STOP, NumberState.LEFT_OUT, None),
        ("number_can_not_be_wireless", Next.STOP, NumberState.LEFT_OUT, None),
        ("number_can_not_be_in_telnyx", Next.STOP, NumberState.LEFT_OUT, None),
        ("number_can_not_hosted_with_a_telnyx_subscriber", Next.STOP, NumberState.LEFT_OUT, None),
        ("number_can_not_be_repeated", Next.STOP, NumberState.LEFT_OUT, None),
        ("number_is_not_a_valid_routing_number", Next.STOP, NumberState.LEFT_OUT, None),
        ("number_is_not_in_e164_format", Next.STOP, NumberState.LEFT_OUT, None),
        # Said to be active here, but the inventory does not hold it: no guess that it works.
        ("number_can_not_be_active_in_your_account", Next.STOP, NumberState.LEFT_OUT, None),
        # Worth another check before a person is asked.
        ("number_can_not_be_validated", Next.WAIT, NumberState.NEW, AskKind.CHOICE),
        ("billing_account_check_failed", Next.WAIT, NumberState.NEW, AskKind.ACCOUNT),
        # No check helps until the account is mended.
        ("billing_account_is_abolished", Next.ASK, NumberState.NEW, AskKind.ACCOUNT),
    ],
)
def test_each_word_has_its_verdict(word: str, next_: Next, state: NumberState, asked: AskKind | None) -> None:
    verdict = alone(EligibilityAnswer(eligible=word == "eligible", status=word))
    assert verdict.next is next_
    assert (verdict.numbers[A].state, verdict.numbers[A].status) == (state, word)
    assert word in verdict.numbers[A].because
    assert (verdict.need.kind if verdict.need else None) == asked


@pytest.mark.parametrize("word", sorted(openapi_statuses.eligibility_statuses() - {"eligible"}))
def test_a_flag_that_contradicts_its_word_is_a_question(word: str) -> None:
    verdict = alone(EligibilityAnswer(eligible=True, status=word))
    assert verdict.next is Next.ASK
    assert verdict.need is not None
    assert word in verdict.need.guidance
    assert verdict.numbers[A].state is NumberState.NEW


def test_the_word_eligible_without_its_flag_is_a_question() -> None:
    verdict = alone(EligibilityAnswer(eligible=False, status="eligible"))
    assert verdict.next is Next.ASK
    assert verdict.need is not None
    assert "'eligible' (eligible: false)" in verdict.need.guidance


def test_an_unknown_word_is_a_question_that_names_it_and_the_number() -> None:
    verdict = judge_eligibility({A: GOOD, B: UNKNOWN}, [A, B])
    assert verdict.next is Next.ASK
    assert verdict.need is not None
    assert verdict.need.kind is AskKind.CHOICE
    assert verdict.need.numbers == [B]
    assert "'number_is_under_review'" in verdict.need.guidance
    assert B in verdict.need.guidance
    assert {choice.choice for choice in verdict.need.choices} == {
        ChoiceKind.AGAIN,
        ChoiceKind.GO_ON,
        ChoiceKind.GIVE_UP,
    }


@pytest.mark.parametrize("answers", [{}, {B: GOOD}, {A: EligibilityAnswer(eligible=False, status="")}])
def test_a_number_without_a_word_is_a_question(answers: dict[str, EligibilityAnswer]) -> None:
    verdict = judge_eligibility(answers, [A])
    assert verdict.next is Next.ASK
    assert verdict.need is not None
    assert verdict.need.numbers == [A]
    assert list(verdict.numbers) == [A]


def test_an_answer_about_a_number_that_nobody_asked_for_changes_nothing() -> None:
    verdict = judge_eligibility({A: GOOD, B: CLOSED}, [A])
    assert verdict.next is Next.GO_ON
    assert list(verdict.numbers) == [A]


@pytest.mark.parametrize(
    ("answers", "next_", "kind", "numbers"),
    [
        # A closed account makes every other question pointless.
        ({A: UNKNOWN, B: LATER, C: BILLING, D: CLOSED}, Next.ASK, AskKind.ACCOUNT, [D]),
        # A billing trouble is of the whole account, a check that failed only of its number.
        ({A: UNKNOWN, B: LATER, C: BILLING, D: GOOD}, Next.WAIT, AskKind.ACCOUNT, [C]),
        # What another check may mend comes before a person is asked.
        ({A: UNKNOWN, B: LATER, C: WIRELESS, D: GOOD}, Next.WAIT, AskKind.CHOICE, [B]),
        # A question holds up the good numbers, since they share one order.
        ({A: UNKNOWN, B: GOOD, C: WIRELESS, D: GOOD}, Next.ASK, AskKind.CHOICE, [A]),
    ],
)
def test_what_holds_everything_up_is_put_first(
    answers: dict[str, EligibilityAnswer], next_: Next, kind: AskKind, numbers: list[str]
) -> None:
    verdict = judge_eligibility(answers, [A, B, C, D])
    assert verdict.next is next_
    assert verdict.need is not None
    assert (verdict.need.kind, verdict.need.numbers) == (kind, numbers)


def test_numbers_that_cannot_be_hosted_are_left_out_while_the_rest_go_on() -> None:
    verdict = judge_eligibility({A: GOOD, B: WIRELESS, C: GOOD}, [A, B, C])
    assert verdict.next is Next.GO_ON
    assert {number: told.state for number, told in verdict.numbers.items()} == {
        A: NumberState.NEW,
        B: NumberState.LEFT_OUT,
        C: NumberState.NEW,
    }


def test_what_another_account_hosts_is_ordered_only_when_a_transfer_was_wanted() -> None:
    refused = judge_eligibility({A: GOOD, B: ELSEWHERE}, [A, B])
    wanted = judge_eligibility({A: GOOD, B: ELSEWHERE}, [A, B], internal_transfer=True)
    assert (refused.next, wanted.next) == (Next.GO_ON, Next.GO_ON)
    assert refused.numbers[B].state is NumberState.LEFT_OUT
    assert "`--internal-transfer`" in refused.numbers[B].because
    assert (wanted.numbers[B].state, wanted.numbers[B].status) == (NumberState.NEW, ELSEWHERE.status)
    assert "72 hours to object" in wanted.numbers[B].because
    assert wanted.numbers[A] == refused.numbers[A]


@pytest.mark.parametrize("word", sorted(openapi_statuses.eligibility_statuses() - {"eligible", ELSEWHERE.status}))
def test_a_wanted_transfer_brings_no_other_number_into_the_order(word: str) -> None:
    answers = {A: GOOD, B: EligibilityAnswer(eligible=False, status=word)}
    wanted = judge_eligibility(answers, [A, B], internal_transfer=True)
    assert wanted == judge_eligibility(answers, [A, B])


def test_a_number_in_an_open_order_of_this_account_goes_on_to_the_step_that_settles_it() -> None:
    ours = judge_eligibility({A: REPEATED}, [A], claimed_here=frozenset({A}))
    not_ours = judge_eligibility({A: REPEATED}, [A], claimed_here=frozenset({B}))
    assert (ours.next, ours.numbers[A].state) == (Next.GO_ON, NumberState.NEW)
    assert (not_ours.next, not_ours.numbers[A].state) == (Next.STOP, NumberState.LEFT_OUT)
    assert "No open order of this account holds it" in not_ours.numbers[A].because


@pytest.mark.parametrize("answer", [LATER, BILLING, CLOSED])
def test_what_a_person_is_asked_about_can_be_checked_again_or_given_up(answer: EligibilityAnswer) -> None:
    need = alone(answer).need
    assert need is not None
    assert [choice.choice for choice in need.choices] == [ChoiceKind.AGAIN, ChoiceKind.GIVE_UP]


def test_of_several_odd_words_the_first_is_named() -> None:
    verdict = judge_eligibility({A: UNKNOWN, B: EligibilityAnswer(eligible=False, status="frozen")}, [A, B])
    assert "'number_is_under_review'" in verdict.because
    assert verdict.need is not None
    assert "'number_is_under_review'" in verdict.need.guidance
    assert verdict.need.numbers == [A, B]


def test_telnyx_detail_on_a_number_that_can_be_hosted_is_not_repeated() -> None:
    verdict = alone(EligibilityAnswer(eligible=True, status="eligible", detail="Number is eligible."))
    assert verdict.numbers[A].because == "The number can be hosted (eligible)."


def test_a_wanted_transfer_fits_all_or_nothing() -> None:
    answers = {A: GOOD, B: ELSEWHERE}
    assert judge_eligibility(answers, [A, B], all_or_nothing=True).next is Next.STOP
    assert judge_eligibility(answers, [A, B], all_or_nothing=True, internal_transfer=True).next is Next.GO_ON


def test_only_what_another_account_hosts_is_hosted_elsewhere() -> None:
    contradicting = EligibilityAnswer(eligible=True, status=ELSEWHERE.status)
    assert hosted_elsewhere({A: GOOD, B: ELSEWHERE, C: WIRELESS, D: contradicting}) == [B]


def test_all_or_nothing_stops_for_one_number_that_cannot_be_hosted() -> None:
    verdict = judge_eligibility({A: GOOD, B: WIRELESS}, [A, B], all_or_nothing=True)
    assert verdict.next is Next.STOP
    assert "1 of 2" in verdict.because
    assert [told.state for told in verdict.numbers.values()] == [NumberState.NEW, NumberState.LEFT_OUT]


@pytest.mark.parametrize("answer", [LATER, BILLING, CLOSED, UNKNOWN])
def test_all_or_nothing_asks_nothing_about_other_numbers_once_one_cannot_be_hosted(answer: EligibilityAnswer) -> None:
    verdict = judge_eligibility({A: GOOD, B: WIRELESS, C: answer}, [A, B, C], all_or_nothing=True)
    assert (verdict.next, verdict.need) == (Next.STOP, None)


def test_a_word_that_a_person_accepted_is_not_asked_about_again() -> None:
    verdict = judge_eligibility({A: GOOD, B: UNKNOWN}, [A, B], accepted={B: UNKNOWN.status})
    assert (verdict.next, verdict.need) == (Next.GO_ON, None)
    assert verdict.numbers[B].state is NumberState.NEW


@pytest.mark.parametrize("accepted", [{A: UNKNOWN.status}, {B: "frozen"}, {B: ""}], ids=["whose", "which", "none"])
def test_another_word_than_the_accepted_one_is_asked_about(accepted: dict[str, str]) -> None:
    verdict = judge_eligibility({A: GOOD, B: UNKNOWN}, [A, B], accepted=accepted)
    assert verdict.need is not None
    assert verdict.need.numbers == [B]


def test_a_number_that_turned_out_wireless_is_left_out_whatever_was_accepted() -> None:
    verdict = judge_eligibility({A: GOOD, B: WIRELESS}, [A, B], accepted={B: WIRELESS.status})
    assert verdict.numbers[B].state is NumberState.LEFT_OUT


@pytest.mark.parametrize("answer", [LATER, BILLING, CLOSED])
def test_a_word_that_the_table_has_learnt_since_counts_as_the_table_says_whatever_was_accepted(
    answer: EligibilityAnswer,
) -> None:
    accepted = judge_eligibility({A: GOOD, B: answer}, [A, B], accepted={B: answer.status})
    assert accepted == judge_eligibility({A: GOOD, B: answer}, [A, B])


def test_all_or_nothing_goes_on_when_every_number_can_be_hosted_or_is_already() -> None:
    answers = {A: GOOD, B: HERE_ALREADY}
    verdict = judge_eligibility(answers, [A, B], active_here=frozenset({B}), all_or_nothing=True)
    assert verdict.next is Next.GO_ON


def test_a_number_found_in_the_own_inventory_is_simply_active() -> None:
    verdict = alone(HERE_ALREADY, active_here=True)
    assert verdict.next is Next.STOP
    assert verdict.numbers[A].state is NumberState.ACTIVE


@pytest.mark.parametrize("answer", [GOOD, WIRELESS, UNKNOWN, LATER])
def test_the_inventory_alone_makes_no_number_active(answer: EligibilityAnswer) -> None:
    assert alone(answer, active_here=True).numbers[A].state is not NumberState.ACTIVE


@pytest.mark.parametrize("detail", ["T-Mobile.", " T-Mobile "])
def test_what_cannot_be_hosted_says_telnyx_own_detail_and_what_to_do(detail: str) -> None:
    verdict = alone(EligibilityAnswer(eligible=False, status="number_can_not_be_wireless", detail=detail))
    assert verdict.numbers[A].because == (
        "The number belongs to a wireless carrier (number_can_not_be_wireless). T-Mobile."
        " Use a landline or VoIP number; wireless numbers cannot be hosted."
    )


NUMBERS = [A, B, C, D]
ANSWERS = st.dictionaries(
    st.sampled_from([*NUMBERS, "+12125550199"]),
    st.builds(
        EligibilityAnswer,
        eligible=st.booleans(),
        status=st.sampled_from([*ELIGIBILITY, "", "odd"]) | st.text(max_size=9),
    ),
)


@given(
    answers=ANSWERS,
    asked=st.lists(st.sampled_from(NUMBERS), unique=True),
    here=st.frozensets(st.sampled_from(NUMBERS)),
    all_or_nothing=st.booleans(),
    transfer=st.booleans(),
)
def test_any_answers_give_a_verdict_on_every_number_and_order_nothing_doubtful(
    answers: dict[str, EligibilityAnswer],
    asked: list[str],
    here: frozenset[str],
    *,
    all_or_nothing: bool,
    transfer: bool,
) -> None:
    verdict = judge_eligibility(
        answers, asked, active_here=here, all_or_nothing=all_or_nothing, internal_transfer=transfer
    )
    assert list(verdict.numbers) == asked
    to_order = {number for number, told in verdict.numbers.items() if told.state is NumberState.NEW}
    orderable = {number for number in asked if answers.get(number) == GOOD}
    if transfer:
        orderable |= {number for number in asked if answers.get(number) == ELSEWHERE}
    if verdict.next is Next.GO_ON:
        assert to_order == orderable
        assert to_order
        assert verdict.need is None
    if verdict.next in {Next.ASK, Next.WAIT}:
        assert verdict.need is not None
        assert verdict.need.numbers
        assert set(verdict.need.numbers) <= set(asked)
    assert verdict.next is not Next.AGAIN
