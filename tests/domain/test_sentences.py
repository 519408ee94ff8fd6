"""Whatever a request says of a number or asks of a person is a clear sentence with what to do next."""

import re
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest

from domain.code_limits import lost_codes_need
from domain.eligibility_statuses import ELIGIBILITY
from domain.explain import TABLES
from domain.holds import need_of_hold
from domain.judge_eligibility import EligibilityAnswer, judge_eligibility
from domain.judge_orders import OrderSnapshot, judge_order
from domain.messages import Need, Verdict
from domain.number_statuses import NUMBERS, NumberKind
from domain.order_statuses import ORDERS, OrderKind
from domain.status_table import StatusRow
from domain.transfers import transfer_need
from domain.vocabulary import AskKind, Next, NumberState

A, B = "+12125550101", "+12125550102"
MOVERS = {"us", "customer", "Telnyx", "carrier", "support", "account owner", "nobody"}
ORDER_WORDS = [*ORDERS, "regulatory_hold", ""]
NUMBER_WORDS = [*NUMBERS, "regulatory_hold", "", None]
ROWS = [(name, row) for name, table in TABLES.items() for row in table.values()]
ROW_IDS = [f"{name} {row.status}" for name, row in ROWS]


def is_clear(text: str) -> bool:
    """Whole sentences: a capital letter or a figure, a full stop, and nothing that slipped in empty."""
    slips = ("  ", "..", " .", ": .", "''", "None", "()", "{", "}")
    return bool(re.match(r"[A-Z0-9]", text)) and text.endswith(".") and not any(slip in text for slip in slips)


def kind_of(need: Need) -> str:
    return str(need.kind)


def order_verdicts() -> list[tuple[str, str | None, Verdict]]:
    """The verdict on one number under way, for every word of the order and of the number."""
    known = [state for state in NumberState if not state.is_final]
    found = []
    for order, word, state, documents_given in product(ORDER_WORDS, NUMBER_WORDS, known, (False, True)):
        seen = OrderSnapshot("order-1", order, {} if word is None else {A: word})
        found.append((order, word, judge_order(seen, {A: state}, documents_given=documents_given)))
    return found


def eligibility_verdicts() -> list[Verdict]:
    """The verdict on one number for every answer, known and unknown, with and without a detail."""
    answers = [
        EligibilityAnswer(eligible=eligible, status=word, detail=detail)
        for word in [*ELIGIBILITY, "number_is_under_review", ""]
        for eligible in (False, True)
        for detail in ("", "T-Mobile", "T-Mobile.")
    ]
    places = [frozenset[str](), frozenset({A})]
    return [
        judge_eligibility({A: answer} if answer else {}, [A], active_here=place, claimed_here=place)
        for answer in [*answers, None]
        for place in places
    ]


@pytest.mark.parametrize(("name", "row"), ROWS, ids=ROW_IDS)
def test_a_row_names_who_moves(name: str, row: StatusRow[Any]) -> None:
    assert set(re.split(r", then |, ", row.whose_move)) <= MOVERS, name


@pytest.mark.parametrize(("name", "row"), ROWS, ids=ROW_IDS)
def test_what_to_do_is_said_in_clear_sentences(name: str, row: StatusRow[Any]) -> None:
    assert is_clear(row.guidance), name
    waits = row.whose_move in {"Telnyx", "Telnyx, carrier"}
    assert waits == (row.guidance == "Nothing to do but wait."), name


def test_every_reason_and_question_about_an_order_is_clear() -> None:
    for order, word, verdict in order_verdicts():
        said = [verdict.because, verdict.numbers[A].because, verdict.need.guidance if verdict.need else "Nothing."]
        assert all(is_clear(text) for text in said), (order, word, said)


def test_every_reason_and_question_about_eligibility_is_clear() -> None:
    for verdict in eligibility_verdicts():
        said = [verdict.because, verdict.numbers[A].because, verdict.need.guidance if verdict.need else "Nothing."]
        assert all(is_clear(text) for text in said), said


def test_a_number_that_ended_without_success_says_what_to_do_next() -> None:
    """In the words of its own row, or of the order's where the order ended it."""
    for order, word, verdict in order_verdicts():
        told = verdict.numbers[A]
        if told.state.is_final and told.state is not NumberState.ACTIVE:
            rows = [table[key] for table, key in ((NUMBERS, word or ""), (ORDERS, order)) if key in table]
            assert any(row.guidance in told.because for row in rows), (order, word, told.because)


def test_a_number_that_is_left_out_says_what_to_do_next() -> None:
    left_out = [v.numbers[A] for v in eligibility_verdicts() if v.numbers[A].state is NumberState.LEFT_OUT]
    assert left_out
    for told in left_out:
        assert ELIGIBILITY[told.status].guidance in told.because or "ask Telnyx support" in told.because, told


def test_a_question_names_the_raw_word_and_what_may_be_answered_or_handed_in() -> None:
    for order, word, verdict in order_verdicts():
        if verdict.next is not Next.ASK:
            continue
        assert verdict.need is not None
        raw = order if order not in ORDERS or ORDERS[order].kind is OrderKind.DOCUMENTS else word
        assert (raw or "Telnyx") in verdict.need.guidance or word is None, (order, word, verdict.need.guidance)
        assert bool(verdict.need.choices) == (verdict.need.kind is AskKind.CHOICE)
        assert all(is_clear(choice.sentence) for choice in verdict.need.choices)


def test_every_odd_word_of_several_numbers_is_in_the_question() -> None:
    seen = OrderSnapshot("order-1", "provisioning", {A: "regulatory_hold", B: "frozen"})
    verdict = judge_order(seen, dict.fromkeys((A, B), NumberState.IN_REVIEW), documents_given=True)
    assert verdict.need is not None
    assert all(word in verdict.need.guidance for word in ("'regulatory_hold'", "'frozen'", A, B))


PARKING = {NumberKind.REJECTED, NumberKind.TIMED_OUT, NumberKind.FIXABLE}


@pytest.mark.parametrize("kind", [AskKind.CARRIER, AskKind.SUPPORT])
def test_the_ask_about_a_parked_number_is_clear_and_says_how_to_go_on(kind: AskKind) -> None:
    words = [row for row in NUMBERS.values() if row.kind in PARKING]
    for row in words:
        reason = f"The number {row.meaning} ({row.status}). {row.guidance}"
        need = need_of_hold(kind, [A], [reason], ["order-1", "order-2"])
        assert (need.kind, need.numbers) == (kind, [A])
        assert is_clear(need.guidance)
        assert row.status in need.guidance
        assert "retry these numbers" in need.guidance
        assert ("order-1, order-2" in need.guidance) == (kind is AskKind.SUPPORT)


@pytest.mark.parametrize(
    "need", [lost_codes_need([A, B]), transfer_need([A, B], datetime(2026, 11, 23, tzinfo=UTC))], ids=kind_of
)
def test_the_asks_of_a_lost_code_and_of_a_transfer_are_clear(need: Need) -> None:
    assert is_clear(need.guidance)
    assert all(is_clear(choice.sentence) for choice in need.choices)


@pytest.mark.parametrize("word", [word for word, row in ORDERS.items() if row.kind is OrderKind.DOCUMENTS])
def test_refused_papers_are_asked_for_with_all_that_the_guide_lists(word: str) -> None:
    guidance = ORDERS[word].guidance
    for said in (
        "latest template",
        "signed and dated within 30 days",
        "exactly the name",
        "last month's",
        "every number",
    ):
        assert said in guidance
