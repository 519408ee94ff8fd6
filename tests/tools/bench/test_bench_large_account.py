"""The claims of a large account by the program's own code, and the looks at its orders."""

import pytest

from tools.bench.large_account import looks_an_hour, share_of_a_payload
from tools.bench.review import Pace


def test_twice_the_numbers_take_twice_the_payload() -> None:
    small, large = share_of_a_payload(200), share_of_a_payload(400)
    assert 0 < small < 0.02
    assert large == pytest.approx(2 * small, rel=0.1)


def test_an_order_is_looked_at_once_in_the_longest_pause() -> None:
    assert looks_an_hour(5_000, Pace(30.0, 86_400.0)) == pytest.approx(208, abs=1)
