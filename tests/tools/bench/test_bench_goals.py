"""Each goal compares the right figures, and is met only within its limit."""

from collections.abc import Callable

import pytest

from tests.tools.bench import bench_figures as figures
from tools.bench.goals import Goal, goals
from tools.bench.results import Results


def found(results: Results, number: str, start: str = "") -> Goal:
    return next(goal for goal in goals(results) if goal.number == number and goal.wish.startswith(start))


def test_figures_that_meet_every_goal_meet_every_goal_and_none_meet_none() -> None:
    assert {goal.is_met for goal in goals(figures.whole())} == {True}
    assert [goal.is_met for goal in goals(Results())] == [None] * len(goals(figures.whole()))


def test_our_worker_is_compared_with_the_naive_worker_and_all_of_ours_with_dbos() -> None:
    assert found(figures.whole(), "1").found == pytest.approx(1 / 3)
    assert found(figures.whole(), "2").found == 0.6


def test_one_slow_answer_of_twenty_does_not_count() -> None:
    scale = [goal.found for goal in goals(figures.whole()) if goal.number == "scale"]
    assert scale == [0.1, 0.2]


@pytest.mark.parametrize(
    ("change", "number", "start", "met"),
    [
        (lambda results: results.rounds.update(ours=[figures.design(worker=10.0, server=9.0)]), "2", "", False),
        (lambda results: results.rounds.pop("naive"), "1", "", None),
        (lambda results: results.rounds.pop("naive"), "2", "", True),
        (lambda results: setattr(results.killed, "seconds", 25.5), "5", "", False),
        (lambda results: setattr(results, "scale", figures.scale(last=8.0)), "6", "CPU for the last", False),
    ],
)
def test_a_change_misses_the_goal_that_it_is_about(
    change: Callable[[Results], None], number: str, start: str, *, met: bool | None
) -> None:
    results = figures.whole()
    change(results)
    assert found(results, number, start).is_met is met


@pytest.mark.parametrize(("value", "speed", "cost"), [(0.9, False, True), (1.0, True, True), (1.1, True, False)])
def test_speed_must_reach_its_limit_and_cost_must_not_exceed_it(value: float, *, speed: bool, cost: bool) -> None:
    assert Goal("3", "speed", 1.0, value, at_least=True).is_met is speed
    assert Goal("1", "cost", 1.0, value).is_met is cost
