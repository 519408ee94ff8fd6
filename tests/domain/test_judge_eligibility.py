"""What Telnyx's eligibility check means for a request."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.eligibility_answers import EligibilityAnswer, Finding, hosted_elsewhere
from domain.eligibility_statuses import ELIGIBILITY
from domain.judge_eligibility import judge_eligibility
from domain.verdicts import Need, Verdict
from domain.vocabulary import AskKind, ChoiceKind, Next, NumberState
from tests.domain import openapi_statuses

A, B, C, D = "+12125550101", "+12125550102", "+12125550103", "+12125550104"
STATUSES = openapi_statuses.eligibility_statuses()


def no(status: str, detail: str = "") -> EligibilityAnswer:
    return EligibilityAnswer(eligible=False, status=status, detail=detail)


GOOD = EligibilityAnswer(eligible=True, status="eligible")
CLOSED = no("billing_account_is_abolished")
BILLING = no("billing_account_check_failed")
RETRY = no("number_can_not_be_validated")
WIRELESS = no("number_can_not_be_wireless")
REPEATED = no("number_can_not_be_repeated")
ACTIVE_HERE = no("number_can_not_be_active_in_your_account")
ELSEWHERE = no("number_can_not_hosted_with_a_telnyx_subscriber")
UNKNOWN = no("number_is_under_review")


def alone(answer: EligibilityAnswer, *, active_here: bool = False) -> Verdict:
    """The verdict about one number for which Telnyx answered so."""
    return judge_eligibility({A: answer}, [A], active_here=frozenset({A} if active_here else ()))


def need_of(verdict: Verdict) -> Need:
    assert verdict.need is not None
    return verdict.need


@pytest.mark.parametrize(
    ("status", "next_", "state", "asked"),
    [
        # The only status that may be ordered.
        ("eligible", Next.GO_ON, NumberState.NEW, None),
        # Final for the number: a request that has no other number has nothing left to order.
        ("number_is_not_a_us_number", Next.STOP, NumberState.LEFT_OUT, None),
        ("number_can_not_be_wireless", Next.STOP, NumberState.LEFT_OUT, None),
        ("number_can_not_be_in_telnyx", Next.STOP, NumberState.LEFT_OUT, None),
        ("number_can_not_hosted_with_a_telnyx_subscriber", Next.STOP, NumberState.LEFT_OUT, None),
        ("number_can_not_be_repeated", Next.STOP, NumberState.LEFT_OUT, None),
        ("number_is_not_a_valid_routing_number", Next.STOP, NumberState.LEFT_OUT, None),
        ("number_is_not_in_e164_format", Next.STOP, NumberState.LEFT_OUT, None),
        # Said to be active here, but the inventory does not have it: that it works would be a guess.
        ("number_can_not_be_active_in_your_account", Next.STOP, NumberState.LEFT_OUT, None),
        # Worth another check before a person is asked.
        ("number_can_not_be_validated", Next.WAIT, NumberState.NEW, AskKind.CHOICE),
        ("billing_account_check_failed", Next.WAIT, NumberState.NEW, AskKind.ACCOUNT),
        # No check helps until the account is open again.
        ("billing_account_is_abolished", Next.ASK, NumberState.NEW, AskKind.ACCOUNT),
    ],
)
def test_each_status_has_its_verdict(status: str, next_: Next, state: NumberState, asked: AskKind | None) -> None:
    verdict = alone(EligibilityAnswer(eligible=status == "eligible", status=status))
    assert verdict.next is next_
    assert (verdict.numbers[A].state, verdict.numbers[A].status) == (state, status)
    assert f"({status})" in verdict.numbers[A].because
    assert (verdict.need.kind if verdict.need else None) == asked


@pytest.mark.parametrize("status", sorted(STATUSES))
def test_a_status_that_contradicts_its_flag_is_a_question(status: str) -> None:
    eligible = status != "eligible"
    verdict = alone(EligibilityAnswer(eligible=eligible, status=status))
    assert verdict.next is Next.ASK
    assert f"{status!r} (eligible: {str(eligible).lower()})" in need_of(verdict).guidance
    assert verdict.numbers[A].state is NumberState.NEW


def test_unknown_statuses_are_one_question_that_names_each_of_them_and_every_number() -> None:
    need = need_of(verdict := judge_eligibility({A: GOOD, B: UNKNOWN, C: no("frozen")}, [A, B, C]))
    assert (verdict.next, need.kind, need.numbers) == (Next.ASK, AskKind.CHOICE, [B, C])
    assert all(named in need.guidance for named in ("'number_is_under_review'", "'frozen'", B, C))
    assert "'number_is_under_review'" in verdict.because
    assert [choice.choice for choice in need.choices] == [ChoiceKind.AGAIN, ChoiceKind.GO_ON, ChoiceKind.GIVE_UP]


@pytest.mark.parametrize("answers", [{}, {B: GOOD}, {A: no("")}])
def test_a_number_without_a_status_is_a_question(answers: dict[str, EligibilityAnswer]) -> None:
    verdict = judge_eligibility(answers, [A])
    assert (verdict.next, need_of(verdict).numbers, list(verdict.numbers)) == (Next.ASK, [A], [A])


def test_an_answer_about_a_number_that_was_not_checked_changes_nothing() -> None:
    verdict = judge_eligibility({A: GOOD, B: CLOSED}, [A])
    assert (verdict.next, list(verdict.numbers)) == (Next.GO_ON, [A])


@pytest.mark.parametrize(
    ("answers", "next_", "kind", "numbers"),
    [
        # A closed account makes every other question pointless.
        ({A: UNKNOWN, B: RETRY, C: BILLING, D: CLOSED}, Next.ASK, AskKind.ACCOUNT, [D]),
        # A billing problem concerns the whole account, a failed check only its number.
        ({A: UNKNOWN, B: RETRY, C: BILLING, D: GOOD}, Next.WAIT, AskKind.ACCOUNT, [C]),
        # Another check comes before a question to a person.
        ({A: UNKNOWN, B: RETRY, C: WIRELESS, D: GOOD}, Next.WAIT, AskKind.CHOICE, [B]),
        # A question holds up the good numbers, because they share one order.
        ({A: UNKNOWN, B: GOOD, C: WIRELESS, D: GOOD}, Next.ASK, AskKind.CHOICE, [A]),
    ],
)
def test_the_most_general_question_comes_first(
    answers: dict[str, EligibilityAnswer], next_: Next, kind: AskKind, numbers: list[str]
) -> None:
    verdict = judge_eligibility(answers, [A, B, C, D])
    assert (verdict.next, need_of(verdict).kind, need_of(verdict).numbers) == (next_, kind, numbers)


@pytest.mark.parametrize("answer", [RETRY, BILLING, CLOSED])
def test_the_other_questions_offer_another_check_or_to_leave_the_numbers_out(answer: EligibilityAnswer) -> None:
    need = need_of(alone(answer))
    assert [choice.choice for choice in need.choices] == [ChoiceKind.AGAIN, ChoiceKind.GIVE_UP]
    assert ELIGIBILITY[answer.status].advice("number") == need.guidance


def test_numbers_that_cannot_be_hosted_are_left_out_and_the_rest_go_on() -> None:
    verdict = judge_eligibility({A: GOOD, B: WIRELESS, C: GOOD}, [A, B, C])
    assert verdict.next is Next.GO_ON
    states = [verdict.numbers[number].state for number in (A, B, C)]
    assert states == [NumberState.NEW, NumberState.LEFT_OUT, NumberState.NEW]


def test_a_number_hosted_by_another_account_is_ordered_only_when_a_transfer_is_wanted() -> None:
    refused = judge_eligibility({A: GOOD, B: ELSEWHERE}, [A, B])
    wanted = judge_eligibility({A: GOOD, B: ELSEWHERE}, [A, B], internal_transfer=True)
    assert (refused.next, wanted.next) == (Next.GO_ON, Next.GO_ON)
    assert refused.numbers[B].state is NumberState.LEFT_OUT
    assert "`--internal-transfer`" in refused.numbers[B].because
    assert (wanted.numbers[B].state, wanted.numbers[B].status) == (NumberState.NEW, ELSEWHERE.status)
    assert "72 hours" in wanted.numbers[B].because
    assert wanted.numbers[A] == refused.numbers[A]


@pytest.mark.parametrize("status", sorted(STATUSES - {"eligible", ELSEWHERE.status}))
def test_a_wanted_transfer_brings_no_other_number_into_the_order(status: str) -> None:
    answers = {A: GOOD, B: no(status)}
    assert judge_eligibility(answers, [A, B], internal_transfer=True) == judge_eligibility(answers, [A, B])


def test_only_what_another_account_hosts_is_hosted_elsewhere() -> None:
    contradicting = EligibilityAnswer(eligible=True, status=ELSEWHERE.status)
    assert hosted_elsewhere({A: GOOD, B: ELSEWHERE, C: WIRELESS, D: contradicting}) == [B]


def test_a_number_in_an_open_order_of_this_account_goes_on_to_the_next_step() -> None:
    ours = judge_eligibility({A: REPEATED}, [A], claimed_here=frozenset({A}))
    not_ours = judge_eligibility({A: REPEATED}, [A], claimed_here=frozenset({B}))
    assert (ours.next, ours.numbers[A].state) == (Next.GO_ON, NumberState.NEW)
    assert (not_ours.next, not_ours.numbers[A].state) == (Next.STOP, NumberState.LEFT_OUT)


def test_a_number_found_in_the_inventory_is_active() -> None:
    verdict = alone(ACTIVE_HERE, active_here=True)
    assert (verdict.next, verdict.numbers[A].state) == (Next.STOP, NumberState.ACTIVE)


@pytest.mark.parametrize("answer", [GOOD, WIRELESS, UNKNOWN, RETRY])
def test_the_inventory_alone_makes_no_number_active(answer: EligibilityAnswer) -> None:
    assert alone(answer, active_here=True).numbers[A].state is not NumberState.ACTIVE


@pytest.mark.parametrize("detail", ["T-Mobile.", " T-Mobile "])
def test_telnyx_own_detail_is_shown_for_a_number_that_cannot_be_hosted(detail: str) -> None:
    row = ELIGIBILITY[WIRELESS.status]
    because = alone(no(WIRELESS.status, detail)).numbers[A].because
    assert because == f"{row.sentence('number')} T-Mobile. {row.guidance}"


def test_there_is_no_advice_about_an_unknown_status() -> None:
    assert Finding(A, UNKNOWN).advice == Finding(A, UNKNOWN).because


def test_telnyx_own_detail_is_not_repeated_for_a_number_that_can_be_hosted() -> None:
    verdict = alone(EligibilityAnswer(eligible=True, status="eligible", detail="Number is eligible."))
    assert verdict.numbers[A].because == ELIGIBILITY["eligible"].sentence("number")


def test_all_or_nothing_stops_for_one_number_that_cannot_be_hosted() -> None:
    verdict = judge_eligibility({A: GOOD, B: WIRELESS}, [A, B], all_or_nothing=True)
    assert verdict.next is Next.STOP
    assert "1 of 2" in verdict.because
    assert [result.state for result in verdict.numbers.values()] == [NumberState.NEW, NumberState.LEFT_OUT]


@pytest.mark.parametrize("answer", [RETRY, BILLING, CLOSED, UNKNOWN])
def test_all_or_nothing_asks_nothing_once_one_number_cannot_be_hosted(answer: EligibilityAnswer) -> None:
    verdict = judge_eligibility({A: GOOD, B: WIRELESS, C: answer}, [A, B, C], all_or_nothing=True)
    assert (verdict.next, verdict.need) == (Next.STOP, None)


def test_all_or_nothing_goes_on_when_every_number_can_be_hosted_or_is_active_already() -> None:
    here = judge_eligibility({A: GOOD, B: ACTIVE_HERE}, [A, B], active_here=frozenset({B}), all_or_nothing=True)
    assert here.next is Next.GO_ON
    answers = {A: GOOD, B: ELSEWHERE}
    assert judge_eligibility(answers, [A, B], all_or_nothing=True).next is Next.STOP
    assert judge_eligibility(answers, [A, B], all_or_nothing=True, internal_transfer=True).next is Next.GO_ON


def test_an_unknown_status_that_a_person_accepted_is_not_asked_about_again() -> None:
    verdict = judge_eligibility({A: GOOD, B: UNKNOWN}, [A, B], accepted={B: UNKNOWN.status})
    assert (verdict.next, verdict.need) == (Next.GO_ON, None)
    assert verdict.numbers[B].state is NumberState.NEW


@pytest.mark.parametrize("accepted", [{A: UNKNOWN.status}, {B: "frozen"}, {B: ""}], ids=["whose", "which", "none"])
def test_an_unknown_status_is_asked_about_when_another_one_was_accepted(accepted: dict[str, str]) -> None:
    assert need_of(judge_eligibility({A: GOOD, B: UNKNOWN}, [A, B], accepted=accepted)).numbers == [B]


@pytest.mark.parametrize("answer", [WIRELESS, RETRY, BILLING, CLOSED])
def test_an_accepted_status_that_the_table_knows_by_now_counts_as_the_table_says(answer: EligibilityAnswer) -> None:
    accepted = judge_eligibility({A: GOOD, B: answer}, [A, B], accepted={B: answer.status})
    assert accepted == judge_eligibility({A: GOOD, B: answer}, [A, B])


NUMBERS = [A, B, C, D]
ANY_STATUS = st.sampled_from([*ELIGIBILITY, "", "unknown"]) | st.text(max_size=9)
ANSWERS = st.dictionaries(
    st.sampled_from([*NUMBERS, "+12125550199"]),
    st.builds(EligibilityAnswer, eligible=st.booleans(), status=ANY_STATUS),
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
    assert verdict.next is not Next.AGAIN
    if verdict.next is Next.GO_ON:
        orderable = {GOOD, ELSEWHERE} if transfer else {GOOD}
        to_order = {number for number, result in verdict.numbers.items() if result.state is NumberState.NEW}
        assert to_order == {number for number in asked if answers.get(number) in orderable}
        assert to_order
        assert verdict.need is None
    if verdict.next in {Next.ASK, Next.WAIT}:
        assert set() < set(need_of(verdict).numbers) <= set(asked)
