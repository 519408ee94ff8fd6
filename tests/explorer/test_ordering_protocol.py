"""The ordering protocol in every interleaving within bounds: no number is ordered twice, and no order is left behind.

The activities, the claims, the turns of the readings and the rule of the whole list are the real ones
(docs/decisions/0031).
"""

import pytest

from tests.explorer.ablations import GUARDS, Guard
from tests.explorer.rules import broken_rule
from tests.explorer.scenarios import RESIDUE, SUITE
from tests.explorer.search import explore
from tests.explorer.world import Scenario

FEWEST = 140_000
"""States of all scenarios together."""


@pytest.mark.parametrize("scenario", SUITE, ids=lambda scenario: scenario.name)
def test_no_number_is_ordered_twice_and_no_order_is_left_behind(scenario: Scenario) -> None:
    seen = explore(scenario, broken_rule)
    assert not seen.broken, seen.story()
    assert seen.states >= SUITE[scenario], "something is not explored any more"


def test_the_suite_explores_enough() -> None:
    assert sum(SUITE.values()) >= FEWEST
    assert any(len(scenario.requests) == 3 for scenario in SUITE)


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_each_guard_is_needed(guard: Guard) -> None:
    with guard.take_away():
        seen = explore(guard.scenario, broken_rule)
    print(seen.story())  # noqa: T201 - `pytest -s` shows why the guard is there
    assert seen.broken
    with_all = explore(guard.scenario, broken_rule, steps=len(seen.trace))
    assert not with_all.broken, with_all.story()


def test_an_entry_that_moves_while_another_appears_is_the_rest() -> None:
    """No rule over pages can tell this one (docs/decisions/0030). The explorer finds what it would do."""
    seen = explore(RESIDUE, broken_rule)
    assert seen.broken
