import pytest

from tests.tools.bench import bench_figures as figures
from tools.bench.results import History, percentile, ratio, together


def test_milliseconds_are_those_of_one_request() -> None:
    assert figures.cost(100, worker=2.0, server=3.0).milliseconds("worker", "server") == 50.0


def test_a_process_that_a_design_has_not_costs_nothing() -> None:
    assert figures.cost(100, driver=1.0).milliseconds("worker") == 0.0


def test_the_simulator_is_no_part_of_a_design() -> None:
    assert figures.cost(100, driver=1.0, worker=2.0, server=3.0, simulator=50.0).design_milliseconds == 60.0


def test_rounds_are_added_up_so_that_long_ones_count_for_more() -> None:
    rounds = [figures.design(worker=1.0, seconds=2.0), figures.design(worker=3.0, seconds=8.0)]
    both = together(rounds)
    assert both.cost.requests == 200
    assert both.cost.milliseconds("worker") == 20.0
    assert both.cost.requests_per_second == 20.0


def test_of_the_histories_of_all_rounds_the_shortest_counts() -> None:
    histories = [History(events=61, bytes=900), History(events=58, bytes=1000), History(events=58, bytes=950)]
    rounds = [figures.design().model_copy(update={"history": history}) for history in histories]
    assert together(rounds).history == histories[2]


def test_of_the_memory_that_each_round_found_the_middle_counts() -> None:
    rounds = [figures.design().model_copy(update={"bytes_per_waiting": found}) for found in (9.0, 1.0, 2.0)]
    assert together(rounds).bytes_per_waiting == 2.0
    assert together([figures.design()]).bytes_per_waiting is None


def test_what_no_round_measured_stays_unmeasured() -> None:
    both = together([figures.design(), figures.design()])
    assert (both.history, both.narrow_cost, both.wide_cost) == (None, None, None)


def test_there_is_no_ratio_to_what_was_not_measured() -> None:
    with pytest.raises(ValueError, match="not measured"):
        ratio(1.0, 0.0)


@pytest.mark.parametrize(
    ("share", "value"),
    [
        (0.5, 10.0),  # of twenty the tenth
        (0.95, 19.0),  # one of twenty may be slower
        (1.0, 20.0),
        (0.0, 1.0),
    ],
)
def test_a_percentile_is_one_of_the_values(share: float, value: float) -> None:
    assert percentile([float(n) for n in range(20, 0, -1)], share) == value


def test_there_is_no_percentile_of_nothing() -> None:
    with pytest.raises(ValueError, match="not measured"):
        percentile([], 0.5)
