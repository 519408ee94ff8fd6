"""Every status of Telnyx's document has its row, every row is such a status, and the page shows all of them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from domain.advice import CARRIER_CASES, DOCUMENT_RULES
from domain.eligibility_statuses import ELIGIBILITY, EligibilityKind
from domain.explain import TABLES, explain, explain_ours, suggest
from domain.number_statuses import NUMBERS, NumberKind
from domain.order_statuses import ORDERS, OrderKind
from domain.status_table import StatusRow
from domain.statuses_page import render_page
from domain.vocabulary import AskKind, CodeOutcome, NumberState, Outcome, Step
from tests.domain import openapi_statuses

PAGE = Path(__file__).parents[2] / "docs" / "statuses.md"
MOVERS = {"this program", "you", "customer", "Telnyx", "carrier", "Telnyx support", "account owner"}
ALL_ROWS = [(name, row) for name, table in TABLES.items() for row in table.values()]


@pytest.mark.parametrize(
    ("table", "statuses", "how_many"),
    [
        (ELIGIBILITY, openapi_statuses.eligibility_statuses(), 12),
        (ORDERS, openapi_statuses.order_statuses(), 12),
        (NUMBERS, openapi_statuses.number_statuses_over_rest() | openapi_statuses.number_statuses_in_webhooks(), 13),
    ],
    ids=list(TABLES),
)
def test_a_table_has_exactly_the_statuses_of_the_document(
    table: Mapping[str, StatusRow[Any]], statuses: frozenset[str], how_many: int
) -> None:
    assert set(table) == statuses
    assert len(table) == how_many
    assert {status: row.status for status, row in table.items()} == {status: status.casefold() for status in table}


def test_webhooks_have_one_status_of_a_number_more_than_rest() -> None:
    extra = openapi_statuses.number_statuses_in_webhooks() - openapi_statuses.number_statuses_over_rest()
    assert extra == {"ownership_successful"}


def test_a_row_says_what_it_means_whose_move_it_is_and_what_to_do(subtests: pytest.Subtests) -> None:
    for name, row in ALL_ROWS:
        with subtests.test(f"{name} {row.status}"):
            assert row.meaning[0].islower(), "completes `the number …` or `the order …`"
            assert not row.meaning.endswith(".")
            assert set(row.whose_move.replace(", then ", ", ").split(", ")) <= MOVERS
            assert row.guidance.startswith("Wait.") == (row.whose_move in {"Telnyx", "Telnyx, carrier"})
            assert row.advice("order") == f"The order {row.meaning} ({row.status}). {row.guidance}"


@pytest.mark.parametrize("kinds", [EligibilityKind, OrderKind, NumberKind])
def test_every_kind_is_the_kind_of_some_status(kinds: type) -> None:
    used = {row.kind for _, row in ALL_ROWS}
    assert set(kinds) <= used  # type: ignore[call-overload]  # an Enum class is iterable, a bare type is not


def test_refused_documents_and_rejecting_carriers_come_with_what_the_guide_advises() -> None:
    assert all(DOCUMENT_RULES in row.guidance for row in ORDERS.values() if row.kind is OrderKind.DOCUMENTS)
    assert all(CARRIER_CASES in row.guidance for row in ORDERS.values() if row.kind is OrderKind.REJECTED)
    assert all(CARRIER_CASES in row.guidance for row in NUMBERS.values() if row.kind is NumberKind.REJECTED)


def test_only_an_ended_order_counts_as_terminal() -> None:
    refused = {"compliance_review_failed", "carrier_rejected", "ineligible_carrier", "failed"}
    assert {row.status for row in ORDERS.values() if row.kind.is_terminal} == refused | {"successful", "deleted"}


def test_explain_finds_each_status_in_any_case(subtests: pytest.Subtests) -> None:
    for name, row in ALL_ROWS:
        for spelling in (row.status, row.status.upper(), f"  {row.status.title()} "):
            with subtests.test(f"{name} {spelling}"):
                [found] = [entry for entry in explain(spelling) if entry.table == name]
                assert (found.word, found.meaning) == (row.status, row.meaning)
                assert (found.whose_move, found.guidance) == (row.whose_move, row.guidance)


def test_a_status_of_two_tables_is_explained_in_both() -> None:
    assert [entry.table for entry in explain("pending")] == ["order", "number"]


def test_every_word_of_our_own_that_people_see_is_explained(subtests: pytest.Subtests) -> None:
    for word in (*NumberState, *Outcome, *Step, *AskKind, *CodeOutcome, "parked", "left_behind"):
        for spelling in (word, f" {word.upper().replace('_', ' ')}\u200b"):
            with subtests.test(str(spelling)):
                rows = explain_ours(spelling)
                assert {row.word for row in rows} == {word}
                assert all(row.meaning and row.whose_move and row.guidance.endswith(".") for row in rows)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("failed_timeot", "failed_timeout"),
        ("left_ot", "left_out"),
        ("PARKD", "parked"),
        ("loa_fil", "loa_file_invalid"),
    ],
)
def test_a_misspelled_word_is_answered_with_the_one_that_was_meant(typed: str, meant: str) -> None:
    assert suggest(typed) == meant
    assert suggest("x" * 100_000) is None


@pytest.mark.parametrize("nonsense", ["", " ", "pend", "pending!", "approved", "number is wireless"])
def test_nothing_is_explained_that_is_not_a_status(nonsense: str) -> None:
    assert explain(nonsense) == []


def test_the_page_shows_every_status_and_is_up_to_date() -> None:
    assert all(f"| `{status}` |" in render_page() for table in TABLES.values() for status in table)
    assert PAGE.read_text() == render_page(), "generate it: python -m domain.statuses_page > docs/statuses.md"
