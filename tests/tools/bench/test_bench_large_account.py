"""The claims of a large account by the program's own code, and the looks at its orders."""

import pytest

from tools.bench.large_account import looks_an_hour, share_of_a_payload


def test_twice_the_numbers_take_twice_the_payload() -> None:
    small, large = share_of_a_payload(200), share_of_a_payload(400)
    assert 0 < small < 0.02
    assert large == pytest.approx(2 * small, rel=0.1)


def test_five_thousand_orders_in_review_cost_sixty_calls_an_hour() -> None:
    assert 23 + 5_000 / 168 < looks_an_hour(5_000, 3600.0) <= 60
    assert looks_an_hour(5_000, 1800.0) > 60, "each listing reads every page"
