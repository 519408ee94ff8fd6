"""Each goal compares the right figures, and is met only within its limit."""

from collections.abc import Callable

import pytest

from tests.tools.bench import bench_figures as figures
from tools.bench.goals import Goal, goals
from tools.bench.results import Results


def found(results: Results, start: str) -> Goal:
    return next(goal for goal in goals(results) if goal.wish.startswith(start))


def test_figures_that_meet_every_goal_meet_every_goal_and_none_meet_none() -> None:
    assert {goal.is_met for goal in goals(figures.whole())} == {True}
    assert [goal.is_met for goal in goals(Results())] == [None] * len(goals(figures.whole()))


@pytest.mark.parametrize(
    ("start", "value"),
    [
        ("worker CPU, of the naive", 1 / 3),
        ("worker CPU, of the honest", 0.5),
        ("CPU of worker, server and driver, of the honest", 6 / 8),
        ("CPU of worker, server and driver, of DBOS", 0.6),
        ("requests per second", 2.5),
        ("listings per create", 0.05),
        ("time until a bulk", 1.5),
        ("a code submitted during", 1.25),
        ("a request started by hand", 1.5),
        ("numbers of an import", 0),
        ("calls to the server", 30),
        ("events of it", 48),
        ("actions of it", 16),
    ],
)
def test_a_goal_compares_what_it_says(start: str, value: float) -> None:
    assert found(figures.whole(), start).found == pytest.approx(value)


@pytest.mark.parametrize(
    ("change", "start", "met"),
    [
        (lambda results: results.rounds.update(ours=[figures.design(worker=10.0)]), "worker CPU, of the naive", False),
        (lambda results: results.rounds.pop("naive"), "worker CPU, of the naive", None),
        (lambda results: results.rounds.pop("naive"), "worker CPU, of the honest", True),
        (lambda results: setattr(results.bulk.imported, "doubled", 1), "numbers of an import", False),
        (lambda results: setattr(results.bulk, "imported", None), "numbers of an import", None),
        (lambda results: setattr(results.bulk.floods[0], "waiting", 499), "time until a bulk", None),
        (lambda results: results.bulk.floods.pop(0), "time until a bulk", None),
        (lambda results: setattr(results.bulk.floods[2], "listings", 200), "listings per create", False),
    ],
)
def test_a_change_misses_the_goal_that_it_is_about(
    change: Callable[[Results], None], start: str, *, met: bool | None
) -> None:
    results = figures.whole()
    change(results)
    assert found(results, start).is_met is met


@pytest.mark.parametrize(("value", "speed", "cost"), [(0.9, False, True), (1.0, True, True), (1.1, True, False)])
def test_speed_must_reach_its_limit_and_cost_must_not_exceed_it(value: float, *, speed: bool, cost: bool) -> None:
    assert Goal("speed", "–", 1.0, value, at_least=True).is_met is speed
    assert Goal("cost", "–", 1.0, value).is_met is cost
