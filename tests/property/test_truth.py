"""What an order says of one number does not depend on the others."""

import pytest

from simulator import test_numbers
from simulator.parts import SimulatorParts
from simulator.settings import Settings
from simulator.state import Order
from tests.property.stories import ORDINARY
from tests.property.truth import ever_failed, is_active, is_live, was_active

ONE, TWO, STRANGER = "+13125550101", "+13125550102", "+13125550103"


def _order(*happened: tuple[str | None, dict[str, str | None]]) -> Order:
    parts = SimulatorParts(Settings())
    order = parts.lifecycle.create(None, [ONE, TWO])
    for status, numbers in happened:
        parts.lifecycle.change(order, status, numbers)
    return order


Happened = list[tuple[str | None, dict[str, str | None]]]


@pytest.mark.parametrize(
    ("happened", "failed"),
    [
        ([], []),
        ([(None, {ONE: "failed"})], [ONE]),  # its own status, not that of another number
        ([(None, {ONE: "failed_timeout"}), (None, {ONE: "pending"})], [ONE]),  # once counts for ever
        ([(None, {ONE: None})], [ONE]),  # taken out
        ([("successful", {ONE: "successful", TWO: "failed"})], [TWO]),
        ([("carrier_rejected", {})], [ONE, TWO]),  # the order's status ends the numbers without a final one
        ([(None, {ONE: "successful"}), ("carrier_rejected", {})], [TWO]),  # and no others,
        ([(None, {ONE: "successful"}), ("deleted", {})], [ONE, TWO]),  # unless it was deleted
        ([("carrier_rejected", {}), ("successful", {ONE: "successful"})], [ONE, TWO]),
        ([("loa_file_invalid", {}), ("regulatory_hold", {ONE: "", TWO: "provisioning"})], []),
    ],
)
def test_a_number_has_failed_by_its_own_status_or_by_that_of_its_order(happened: Happened, failed: list[str]) -> None:
    order = _order(*happened)
    assert [number for number in (ONE, TWO, STRANGER) if ever_failed(order, number)] == failed


def test_a_number_is_active_or_was() -> None:
    order = _order((None, {ONE: "successful"}), (None, {ONE: "pending"}), (None, {TWO: "successful"}))
    assert (is_active(order, ONE), is_active(order, TWO)) == (False, True)
    assert (was_active(order, ONE), was_active(order, TWO)) == (True, True)
    assert not was_active(order, STRANGER)


def test_a_number_is_live_while_it_and_its_order_are_open() -> None:
    order = _order((None, {ONE: "failed"}))
    assert (is_live(order, ONE), is_live(order, TWO), is_live(order, STRANGER)) == (False, True, False)
    assert not is_live(_order(("failed", {})), TWO)


def test_the_numbers_of_the_stories_differ_in_their_last_digits() -> None:
    numbers = [*ORDINARY, *(row.phone_number for row in test_numbers.ROWS)]
    assert len({number[-4:] for number in numbers}) == len(numbers)
