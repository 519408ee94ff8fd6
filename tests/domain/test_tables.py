"""Every word of Telnyx's document has its row, and every row is such a word."""

from collections.abc import Mapping
from typing import Any

import pytest

from domain.eligibility_statuses import ELIGIBILITY, EligibilityKind
from domain.explain import TABLES, explain
from domain.number_statuses import NUMBERS, NumberKind
from domain.order_statuses import ORDERS, OrderKind
from domain.status_table import StatusRow
from tests.domain import openapi_statuses

ALL_ROWS = [(name, row) for name, table in TABLES.items() for row in table.values()]


@pytest.mark.parametrize(
    ("table", "words", "how_many"),
    [
        (ELIGIBILITY, openapi_statuses.eligibility_statuses(), 12),
        (ORDERS, openapi_statuses.order_statuses(), 12),
        # REST has 12 words of a number, webhooks one more (Telnyx facts §2).
        (NUMBERS, openapi_statuses.number_statuses_over_rest() | openapi_statuses.number_statuses_in_webhooks(), 13),
    ],
    ids=["eligibility", "order", "number"],
)
def test_a_table_has_exactly_the_words_of_the_document(
    table: Mapping[str, StatusRow[Any]], words: frozenset[str], how_many: int
) -> None:
    assert set(table) == words
    assert len(table) == how_many


def test_webhooks_know_one_number_word_more_than_rest() -> None:
    extra = openapi_statuses.number_statuses_in_webhooks() - openapi_statuses.number_statuses_over_rest()
    assert extra == {"ownership_successful"}


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_every_word_is_its_own_key_in_lower_case(table: Mapping[str, StatusRow[Any]]) -> None:
    assert {word: row.status for word, row in table.items()} == {word: word.casefold() for word in table}


@pytest.mark.parametrize(("name", "row"), ALL_ROWS, ids=[f"{name} {row.status}" for name, row in ALL_ROWS])
def test_a_row_tells_a_person_what_it_means_and_what_to_do(name: str, row: StatusRow[Any]) -> None:
    assert row.meaning[0].islower(), "it completes `the number …` or `the order …`"
    assert not row.meaning.endswith(".")
    assert row.whose_move.strip()
    assert row.guidance[0].isupper()
    assert row.guidance.endswith(".")
    assert name in TABLES


@pytest.mark.parametrize("kinds", [EligibilityKind, OrderKind, NumberKind])
def test_every_kind_is_the_kind_of_some_word(kinds: type) -> None:
    used = {row.kind for _, row in ALL_ROWS}
    assert set(kinds) <= used  # type: ignore[call-overload]  # an Enum class is iterable, a bare type is not


@pytest.mark.parametrize(("name", "row"), ALL_ROWS, ids=[f"{name} {row.status}" for name, row in ALL_ROWS])
def test_explain_finds_each_word_whatever_its_case(name: str, row: StatusRow[Any]) -> None:
    for spelt in (row.status, row.status.upper(), f"  {row.status.title()} "):
        found = {str(entry.table): entry for entry in explain(spelt)}
        assert found[name].word == row.status
        assert (found[name].meaning, found[name].guidance) == (row.meaning, row.guidance)
        assert found[name].whose_move == row.whose_move


def test_a_word_of_two_tables_is_explained_in_both() -> None:
    assert [entry.table for entry in explain("pending")] == ["order", "number"]


@pytest.mark.parametrize("nonsense", ["", " ", "pend", "pending!", "approved", "number is wireless"])
def test_nonsense_is_explained_by_nothing(nonsense: str) -> None:
    assert explain(nonsense) == []


def test_only_an_ended_order_counts_as_terminal() -> None:
    terminal = {row.status for row in ORDERS.values() if row.kind.is_terminal}
    assert terminal == {
        "successful",
        "compliance_review_failed",
        "carrier_rejected",
        "ineligible_carrier",
        "failed",
        "deleted",
    }
