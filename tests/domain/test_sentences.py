"""Every sentence about a number or to a person is a clear one, and says what to do next."""

import re
from datetime import UTC, datetime
from itertools import product

import pytest

from domain.code_limits import need_of_lost_codes
from domain.eligibility_answers import EligibilityAnswer
from domain.eligibility_statuses import ELIGIBILITY
from domain.explain import TABLES
from domain.holds import need_of_hold
from domain.judge_eligibility import judge_eligibility
from domain.judge_orders import judge_order
from domain.number_statuses import NUMBERS, NumberKind
from domain.order_snapshot import OrderSnapshot
from domain.order_statuses import ORDERS, OrderKind
from domain.transfers import need_of_transfer
from domain.verdicts import Need, Verdict
from domain.vocabulary import AskKind, Next, NumberState
from tests.wording import slips

A, B = "+12125550101", "+12125550102"
ORDER_STATUSES = [*ORDERS, "regulatory_hold", ""]
NUMBER_STATUSES = [*NUMBERS, "regulatory_hold", "", None]
ON_HOLD = [
    row for row in NUMBERS.values() if row.kind in {NumberKind.REJECTED, NumberKind.TIMED_OUT, NumberKind.FIXABLE}
]


def is_clear(text: str) -> bool:
    """Whole sentences: a capital letter or a figure, a full stop, and nothing that slipped in empty."""
    gaps = ("  ", " .", ": .", "''", "None", "()", "{", "}")
    is_whole = bool(re.match(r"[A-Z0-9]", text)) and text.endswith(".")
    return is_whole and not slips(text) and not any(gap in text for gap in gaps)


def sentences(verdict: Verdict) -> list[str]:
    """Everything that a verdict about the number A says."""
    need = verdict.need or Need(guidance="Nothing is asked.")
    return [verdict.because, verdict.numbers[A].because, need.guidance, *(choice.sentence for choice in need.choices)]


def order_verdicts() -> list[tuple[str, str | None, Verdict]]:
    """The verdict about one number under way, for every status of the order and of the number."""
    known = [state for state in NumberState if not state.is_final]
    found = []
    for order, status, state, given in product(ORDER_STATUSES, NUMBER_STATUSES, known, (False, True)):
        seen = OrderSnapshot("order-1", order, {} if status is None else {A: status})
        found.append((order, status, judge_order(seen, {A: state}, documents_given=given)))
    return found


def eligibility_verdicts() -> list[Verdict]:
    """The verdict about one number for every answer, known and unknown, with and without a detail."""
    statuses = [*ELIGIBILITY, "number_is_under_review", ""]
    answers = [
        EligibilityAnswer(eligible, status, detail)
        for eligible, status, detail in product((False, True), statuses, ("", "T-Mobile", "T-Mobile."))
    ]
    return [
        judge_eligibility({A: answer} if answer else {}, [A], active_here=here, claimed_here=here)
        for answer in [*answers, None]
        for here in (frozenset[str](), frozenset({A}))
    ]


def test_what_to_do_about_a_status_is_said_in_clear_sentences() -> None:
    rows = [(name, row) for name, table in TABLES.items() for row in table.values()]
    assert not [(name, row.status) for name, row in rows if not is_clear(row.guidance)]


def test_every_reason_and_question_is_clear() -> None:
    for verdict in [*(verdict for *_, verdict in order_verdicts()), *eligibility_verdicts()]:
        assert all(is_clear(text) for text in sentences(verdict)), sentences(verdict)


def test_a_number_that_ended_without_success_says_what_to_do_next() -> None:
    """In the words of its own row, or of the order's row if the order ended it."""
    for order, status, verdict in order_verdicts():
        result = verdict.numbers[A]
        if result.state.is_final and result.state is not NumberState.ACTIVE:
            rows = [table[key] for table, key in ((NUMBERS, status or ""), (ORDERS, order)) if key in table]
            assert any(row.guidance in result.because for row in rows), (order, status, result.because)


def test_a_number_that_is_left_out_says_what_to_do_next() -> None:
    left_out = [v.numbers[A] for v in eligibility_verdicts() if v.numbers[A].state is NumberState.LEFT_OUT]
    assert left_out
    for result in left_out:
        assert ELIGIBILITY[result.status].guidance in result.because or "ask Telnyx support" in result.because, result


def test_a_question_names_the_raw_status_and_what_can_be_answered_or_handed_in() -> None:
    for order, status, verdict in order_verdicts():
        if verdict.next is not Next.ASK:
            continue
        assert verdict.need is not None
        about_order = order not in ORDERS or ORDERS[order].kind is OrderKind.DOCUMENTS
        assert (order if about_order else status or "") in verdict.need.guidance, (order, status, verdict.need)
        assert bool(verdict.need.choices) == (verdict.need.kind is AskKind.CHOICE)


def test_every_unknown_status_of_several_numbers_is_in_the_question() -> None:
    seen = OrderSnapshot("order-1", "provisioning", {A: "regulatory_hold", B: "frozen"})
    verdict = judge_order(seen, dict.fromkeys((A, B), NumberState.IN_REVIEW), documents_given=True)
    assert verdict.need is not None
    assert all(named in verdict.need.guidance for named in ("'regulatory_hold'", "'frozen'", A, B))


@pytest.mark.parametrize("kind", [AskKind.CARRIER, AskKind.SUPPORT])
def test_the_ask_about_a_number_on_hold_is_clear_and_says_how_to_go_on(kind: AskKind) -> None:
    for row in ON_HOLD:
        need = need_of_hold(kind, [A], [row.advice("number")], ["order-1", "order-2"])
        assert (need.kind, need.numbers) == (kind, [A])
        assert is_clear(need.guidance)
        assert row.status in need.guidance
        assert "retry these numbers" in need.guidance
        assert ("order-1, order-2" in need.guidance) == (kind is AskKind.SUPPORT)


@pytest.mark.parametrize(
    "need",
    [need_of_lost_codes([A, B]), need_of_transfer([A, B], datetime(2026, 11, 23, tzinfo=UTC))],
    ids=lambda need: str(need.kind),
)
def test_the_asks_about_lost_codes_and_a_transfer_are_clear(need: Need) -> None:
    assert all(is_clear(text) for text in (need.guidance, *(choice.sentence for choice in need.choices)))
