"""A plan depends on its seed alone, and has what a run needs."""

from collections import Counter

import pytest

from simulator.test_numbers import ROWS
from tools.chaos import plan
from tools.chaos.plan import FaultKind


def test_the_same_seed_gives_the_same_plan() -> None:
    assert plan.draw(50, 7) == plan.draw(50, 7)
    assert plan.draw(50, 7) != plan.draw(50, 8)


@pytest.mark.parametrize("seed", range(1, 6))
@pytest.mark.parametrize("requests", [25, 200])
def test_every_plan_has_every_fault_and_one_to_five_numbers_in_each_request(requests: int, seed: int) -> None:
    drawn = plan.draw(requests, seed)
    faults = Counter(fault.kind for fault in drawn.faults)
    assert set(faults) == set(FaultKind)
    assert faults[FaultKind.SERVER] >= 2
    assert all(0 < fault.at < drawn.fault_seconds for fault in drawn.faults)
    assert len({planned.reference for planned in drawn.requests}) == requests
    for planned in drawn.requests:
        assert 1 <= len(planned.phone_numbers) <= 5
        assert len({number[-4:] for number in planned.phone_numbers}) == len(planned.phone_numbers)


def test_a_large_plan_has_every_test_number_and_rivals() -> None:
    numbers = Counter(number for planned in plan.draw(200, 1).requests for number in planned.phone_numbers)
    assert set(numbers) >= {row.phone_number for row in ROWS}
    assert max(numbers.values()) > 1
