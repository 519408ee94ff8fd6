"""The arithmetic of the results: sums, ratios and percentiles."""

import pytest

from tests.tools.bench import bench_figures as figures
from tools.bench.results import History, percentile, ratio, together


def test_milliseconds_are_per_request_and_of_the_named_processes() -> None:
    cost = figures.cost(100, worker=2.0, server=3.0, simulator=50.0)
    assert cost.milliseconds("worker", "server") == 50.0
    assert cost.milliseconds("driver") == 0.0
    assert cost.design_milliseconds == 50.0, "without the simulator"


def test_rounds_are_added_so_that_long_ones_count_more() -> None:
    both = together([figures.design(worker=1.0, seconds=2.0), figures.design(worker=3.0, seconds=8.0)])
    assert both.cost.requests == 200
    assert both.cost.milliseconds("worker") == 20.0
    assert both.cost.requests_per_second == 20.0


def test_the_shortest_history_and_the_median_of_the_memory_count() -> None:
    histories = [History(events=61, bytes=900), History(events=58, bytes=1000), History(events=58, bytes=950)]
    measured = zip(histories, (9.0, 1.0, 2.0), strict=True)
    rounds = [figures.design().model_copy(update={"history": h, "bytes_per_waiting": b}) for h, b in measured]
    assert (together(rounds).history, together(rounds).bytes_per_waiting) == (histories[2], 2.0)


def test_what_no_round_measured_is_not_measured() -> None:
    both = together([figures.design(), figures.design()])
    assert (both.history, both.narrow_cost, both.wide_cost, both.bytes_per_waiting) == (None,) * 4
    with pytest.raises(ValueError, match="not measured"):
        ratio(1.0, 0.0)
    with pytest.raises(ValueError, match="not measured"):
        percentile([], 0.5)


@pytest.mark.parametrize(("share", "value"), [(0.0, 1.0), (0.5, 10.0), (0.95, 19.0), (1.0, 20.0)])
def test_a_percentile_is_one_of_the_values(share: float, value: float) -> None:
    assert percentile([float(n) for n in range(20, 0, -1)], share) == value
