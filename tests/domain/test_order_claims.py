"""Whether an order still has a claim on a number, and whether a DELETE could switch one off."""

import pytest

from domain.judge_orders import OrderSnapshot, is_live, numbers_at_risk, open_numbers
from domain.number_statuses import NUMBERS
from domain.order_statuses import ORDERS

A, B = "+12125550101", "+12125550102"
OPEN_ORDERS = [word for word, row in ORDERS.items() if not row.kind.is_terminal]
ENDED_ORDERS = [word for word, row in ORDERS.items() if row.kind.is_terminal]
ENDED_NUMBERS = [word for word in NUMBERS if word.startswith("failed") or word == "deleted"]
LIVE_NUMBERS = [word for word in NUMBERS if word not in ENDED_NUMBERS]
DELETABLE = [word for word in OPEN_ORDERS if word != "provisioning"]
HARMLESS = [*ENDED_NUMBERS, "pending", "ownership_successful"]


def order(status: str, word: str) -> OrderSnapshot:
    return OrderSnapshot("order-1", status, {A: word})


@pytest.mark.parametrize("status", [*OPEN_ORDERS, "regulatory_hold", ""])
def test_an_order_that_has_not_ended_claims_its_open_numbers(status: str) -> None:
    assert {word for word in NUMBERS if is_live(order(status, word), A)} == set(LIVE_NUMBERS)


@pytest.mark.parametrize("status", ENDED_ORDERS)
def test_an_order_that_has_ended_claims_nothing(status: str) -> None:
    assert not any(is_live(order(status, word), A) for word in [*NUMBERS, "regulatory_hold", ""])


@pytest.mark.parametrize("status", OPEN_ORDERS)
def test_what_is_not_understood_is_taken_for_a_claim(status: str) -> None:
    assert is_live(order(status, "regulatory_hold"), A)
    assert is_live(order(status, ""), A)


def test_an_order_has_no_claim_on_a_number_that_it_does_not_name() -> None:
    assert not is_live(order("pending", "pending"), B)


@pytest.mark.parametrize("status", DELETABLE)
def test_an_open_order_may_be_deleted_only_while_no_number_could_be_switched_off(status: str) -> None:
    dangerous = {word for word in [*NUMBERS, "regulatory_hold", ""] if numbers_at_risk(order(status, word))}
    assert dangerous == {"successful", "provisioning", "regulatory_hold", ""}


@pytest.mark.parametrize("status", ["provisioning", "successful", "regulatory_hold", ""])
def test_an_order_that_activates_or_is_not_understood_is_never_deleted(status: str) -> None:
    assert all(numbers_at_risk(order(status, word)) for word in [*NUMBERS, "regulatory_hold", ""])
    assert numbers_at_risk(OrderSnapshot("order-1", status, {})), "not even when it names no number"


def test_only_the_numbers_in_danger_are_named() -> None:
    seen = OrderSnapshot("order-1", "pending", {B: "successful", A: "provisioning", "+12125550103": "pending"})
    assert numbers_at_risk(seen) == [A, B]
    assert numbers_at_risk(OrderSnapshot("order-1", "pending", dict.fromkeys((A, B), "pending"))) == []


def test_an_order_that_is_done_puts_all_of_its_numbers_in_danger() -> None:
    seen = OrderSnapshot("order-1", "successful", {B: "failed", A: "pending"})
    assert numbers_at_risk(seen) == [A, B]


def test_every_number_word_is_either_harmless_or_in_danger() -> None:
    assert set(HARMLESS) | {"successful", "provisioning"} == set(NUMBERS)


def test_a_number_is_undecided_until_its_own_word_ends_it_or_makes_it_active() -> None:
    words = [*NUMBERS, "regulatory_hold", ""]
    open_words = {word for word in words if open_numbers(order("pending", word), [A])}
    assert open_words == {"pending", "ownership_successful", "provisioning", "regulatory_hold", ""}


def test_only_asked_numbers_that_the_order_names_are_undecided() -> None:
    seen = OrderSnapshot("order-1", "pending", {B: "pending", A: "pending", "+12125550103": "pending"})
    assert open_numbers(seen, [B, A, "+12125550104"]) == [A, B]
