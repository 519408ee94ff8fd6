"""A plan is drawn from its seed alone, and holds what a run has to meet."""

from collections import Counter

import pytest

from simulator.test_numbers import ROWS
from tools.chaos import plan
from tools.chaos.plan import Blow

TEST_NUMBERS = {row.phone_number for row in ROWS}


def test_the_same_seed_gives_the_same_plan() -> None:
    assert plan.drawn(50, 7) == plan.drawn(50, 7)
    assert plan.drawn(50, 7) != plan.drawn(50, 8)


@pytest.mark.parametrize("seed", range(1, 6))
@pytest.mark.parametrize("requests", [25, 200])
def test_every_plan_has_every_blow_and_one_to_five_numbers_for_each_request(requests: int, seed: int) -> None:
    drawn = plan.drawn(requests, seed)
    blows = Counter(strike.blow for strike in drawn.strikes)
    assert set(blows) == set(Blow)
    assert blows[Blow.SERVER] >= 2
    assert all(0 < strike.at < drawn.storm_seconds for strike in drawn.strikes)
    assert all(1 <= len(planned.phone_numbers) <= 5 for planned in drawn.requests)
    assert len({planned.reference for planned in drawn.requests}) == requests


@pytest.mark.parametrize("seed", range(1, 6))
def test_the_last_four_digits_tell_the_numbers_of_a_request_apart(seed: int) -> None:
    for planned in plan.drawn(200, seed).requests:
        assert len({number[-4:] for number in planned.phone_numbers}) == len(planned.phone_numbers)


def test_a_large_plan_has_every_test_number_and_rivals() -> None:
    numbers = Counter(number for planned in plan.drawn(200, 1).requests for number in planned.phone_numbers)
    assert set(numbers) >= TEST_NUMBERS
    assert [number for number, times in numbers.items() if times > 1]
