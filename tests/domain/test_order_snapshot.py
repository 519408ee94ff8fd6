"""Which numbers an order still claims, and which ones deleting it could switch off."""

import pytest

from domain.number_statuses import NUMBERS
from domain.order_snapshot import OrderSnapshot, is_live, numbers_at_risk, open_numbers
from domain.order_statuses import ORDERS

A, B = "+12125550101", "+12125550102"
OPEN_ORDERS = [status for status, row in ORDERS.items() if not row.kind.is_terminal]
ENDED_ORDERS = [status for status, row in ORDERS.items() if row.kind.is_terminal]
ENDED_NUMBERS = [status for status in NUMBERS if status.startswith("failed") or status == "deleted"]
LIVE_NUMBERS = [status for status in NUMBERS if status not in ENDED_NUMBERS]
DELETABLE = [status for status in OPEN_ORDERS if status != "provisioning"]
HARMLESS = [*ENDED_NUMBERS, "pending", "ownership_successful"]


def order(status: str, own: str) -> OrderSnapshot:
    return OrderSnapshot("order-1", status, {A: own})


@pytest.mark.parametrize("status", [*OPEN_ORDERS, "regulatory_hold", ""])
def test_an_order_that_has_not_ended_claims_its_open_numbers(status: str) -> None:
    assert {own for own in NUMBERS if is_live(order(status, own), A)} == set(LIVE_NUMBERS)


@pytest.mark.parametrize("status", ENDED_ORDERS)
def test_an_order_that_has_ended_claims_nothing(status: str) -> None:
    assert not any(is_live(order(status, own), A) for own in [*NUMBERS, "regulatory_hold", ""])


@pytest.mark.parametrize("status", OPEN_ORDERS)
def test_an_unknown_status_counts_as_a_claim(status: str) -> None:
    assert is_live(order(status, "regulatory_hold"), A)
    assert is_live(order(status, ""), A)


def test_an_order_does_not_claim_a_number_that_it_does_not_list() -> None:
    assert not is_live(order("pending", "pending"), B)


@pytest.mark.parametrize("status", DELETABLE)
def test_an_open_order_may_be_deleted_only_while_no_number_could_be_switched_off(status: str) -> None:
    at_risk = {own for own in [*NUMBERS, "regulatory_hold", ""] if numbers_at_risk(order(status, own))}
    assert at_risk == {"successful", "provisioning", "regulatory_hold", ""}


@pytest.mark.parametrize("status", ["provisioning", "successful", "regulatory_hold", ""])
def test_an_order_that_activates_or_is_of_an_unknown_status_is_never_deleted(status: str) -> None:
    assert all(numbers_at_risk(order(status, own)) for own in [*NUMBERS, "regulatory_hold", ""])
    assert numbers_at_risk(OrderSnapshot("order-1", status, {})), "not even when it lists no number"


def test_only_the_numbers_at_risk_are_listed() -> None:
    seen = OrderSnapshot("order-1", "pending", {B: "successful", A: "provisioning", "+12125550103": "pending"})
    assert numbers_at_risk(seen) == [A, B]
    assert numbers_at_risk(OrderSnapshot("order-1", "pending", dict.fromkeys((A, B), "pending"))) == []


def test_a_complete_order_puts_all_of_its_numbers_at_risk() -> None:
    seen = OrderSnapshot("order-1", "successful", {B: "failed", A: "pending"})
    assert numbers_at_risk(seen) == [A, B]


def test_every_status_of_a_number_is_either_harmless_or_a_risk() -> None:
    assert set(HARMLESS) | {"successful", "provisioning"} == set(NUMBERS)


def test_a_number_is_open_until_its_own_status_ends_it_or_makes_it_active() -> None:
    statuses = [*NUMBERS, "regulatory_hold", ""]
    open_statuses = {own for own in statuses if open_numbers(order("pending", own), [A])}
    assert open_statuses == {"pending", "ownership_successful", "provisioning", "regulatory_hold", ""}


def test_of_the_given_numbers_only_those_that_the_order_lists_are_open() -> None:
    seen = OrderSnapshot("order-1", "pending", {B: "pending", A: "pending", "+12125550103": "pending"})
    assert open_numbers(seen, [B, A, "+12125550104"]) == [A, B]
