"""`make explore`: the ordering protocol within larger bounds, which takes minutes. It prints figures.

A number as argument explores one of the scenarios alone. The exit code is 1 when a number can be ordered twice.
"""

import sys
import time

from tests.explorer.rules import broken_rule
from tests.explorer.scenarios import LARGE, SUITE
from tests.explorer.search import explore
from tests.explorer.world import Scenario

ALL = (*SUITE, *LARGE)


def report(scenario: Scenario) -> bool:
    """Explore a scenario and print what was seen. True when nothing is wrong."""
    since = time.monotonic()
    seen = explore(scenario, broken_rule)
    took = time.monotonic() - since
    figures = (
        f"{seen.states:>9,} states, {seen.moves:>10,} moves, {seen.attempts:>5,} states of an attempt, {took:.0f} s"
    )
    print(f"{figures}: {scenario.name}", flush=True)  # noqa: T201 - this is a command
    if seen.broken:
        print(seen.story())  # noqa: T201 - this is a command
    return not seen.broken


def main(chosen: list[str]) -> int:
    """Explore the chosen scenarios, or all."""
    scenarios = [ALL[int(number)] for number in chosen] or ALL
    broken = [scenario for scenario in scenarios if not report(scenario)]
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
