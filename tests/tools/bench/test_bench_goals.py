from tests.tools.bench import bench_figures as figures
from tools.bench.goals import Goal, goals
from tools.bench.results import Results


def found(results: Results) -> dict[str, Goal]:
    return {f"{goal.number} {goal.wish}": goal for goal in goals(results)}


def by_start(results: Results, start: str) -> list[Goal]:
    return [goal for name, goal in found(results).items() if name.startswith(start)]


def test_every_goal_is_met_by_figures_that_meet_it() -> None:
    assert {goal.is_met for goal in goals(figures.whole())} == {True}


def test_nothing_measured_is_neither_met_nor_missed() -> None:
    assert {goal.is_met for goal in goals(Results())} == {None}
    assert len(goals(Results())) == len(goals(figures.whole()))


def test_our_worker_is_compared_with_the_naive_worker_alone() -> None:
    (first, stretch) = by_start(figures.whole(), "1")
    assert first.found is not None
    assert round(first.found, 3) == 0.333
    assert (first.limit, stretch.limit) == (0.5, 0.4)


def test_all_of_ours_is_compared_with_all_of_dbos() -> None:
    (goal,) = by_start(figures.whole(), "2")
    assert goal.found == 0.6


def test_twice_as_dear_as_dbos_is_not_met() -> None:
    results = figures.whole()
    results.rounds["ours"] = [figures.design(worker=10.0, server=9.0)]
    (goal,) = by_start(results, "2")
    assert goal.is_met is False


def test_speed_has_to_reach_its_limit_and_cost_to_stay_below() -> None:
    assert Goal("3", "speed", 1.7, 1.6, at_least=True).is_met is False
    assert Goal("3", "speed", 1.7, 1.8, at_least=True).is_met is True
    assert Goal("1", "cost", 0.5, 0.6).is_met is False
    assert Goal("1", "cost", 0.5, 0.5).is_met is True


def test_what_is_left_out_of_a_run_leaves_its_ratios_unmeasured() -> None:
    results = figures.whole()
    del results.rounds["naive"]
    assert [goal.is_met for goal in by_start(results, "1")] == [None, None]
    (dbos,) = by_start(results, "2")
    assert dbos.is_met is True


def test_a_worker_that_recovers_late_misses_its_goal_by_the_difference() -> None:
    results = figures.whole()
    assert results.killed is not None
    results.killed.seconds = 25.5
    (goal,) = by_start(results, "5")
    assert (goal.found, goal.is_met) == (15.5, False)


def test_parking_that_grows_dearer_is_not_linear() -> None:
    results = figures.whole()
    results.scale = figures.scale(last=8.0)
    (goal,) = by_start(results, "6 CPU of worker and server to park")
    assert (goal.found, goal.is_met) == (1.6, False)


def test_one_slow_answer_of_twenty_does_not_miss_the_second() -> None:
    code, webhook = by_start(figures.whole(), "scale")
    assert (code.found, webhook.found) == (0.1, 0.2)
