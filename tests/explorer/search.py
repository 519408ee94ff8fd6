"""Visits every state that can be reached, the nearest first, and keeps the way to each."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from tests.explorer.changes import Move, Moves
from tests.explorer.mishaps import mishaps
from tests.explorer.steps import Product
from tests.explorer.surroundings import surroundings
from tests.explorer.world import Scenario, World

Rule = Callable[[Scenario, World], str]
"""What is wrong with a state; empty when nothing is."""


@dataclass
class Exploration:
    """What was seen."""

    states: int = 0
    """States that differ in more than the names of the workers."""
    moves: int = 0
    attempts: int = 0
    """Different states of an attempt: what it was told, in which order."""
    broken: str = ""
    """What is wrong with the last state; empty when nothing is wrong with any."""
    trace: list[Move] = field(default_factory=list)
    """The shortest way to it."""

    def story(self) -> str:
        """What is wrong and how it came to that, one step a line."""
        return "\n".join([self.broken or "Nothing is wrong.", *(f"  {step}" for step in self.trace)])


def explore(scenario: Scenario, rule: Rule, steps: int | None = None) -> Exploration:
    """Visit every state within the scenario's bounds, until one breaks the rule. A state counts once.

    `steps` are the most steps of a way; None: a way is as long as the bounds let it be.
    """
    product = Product(scenario)
    try:
        return _Search(product, rule).run(steps)
    finally:
        product.attempts.close()


class _Search:
    def __init__(self, product: Product, rule: Rule) -> None:
        self._product = product
        self._rule = rule
        self._came_from: dict[int, int] = {}
        """The hash of each state that was seen, and that of the state before it. Whole states would fill the memory."""
        self._seen = Exploration()

    def run(self, steps: int | None) -> Exploration:
        first = canonical(self._product.scenario.begin())
        self._came_from[hash(first)] = 0
        frontier = [first]
        for _ in count() if steps is None else range(steps):
            if not frontier or self._seen.broken:
                break
            frontier = [later for world in frontier for later in self._new_after(world)]
        self._seen.states, self._seen.attempts = len(self._came_from), len(self._product.attempts)
        return self._seen

    def _new_after(self, world: World) -> list[World]:
        new, origin = list[World](), hash(world)
        for _, reached in moves(self._product, world) if not self._seen.broken else ():
            self._seen.moves += 1
            later = canonical(reached)
            mark = hash(later)
            if mark in self._came_from:
                continue
            self._came_from[mark] = origin
            new.append(later)
            if broken := self._rule(self._product.scenario, later):
                self._seen.broken = broken
                self._seen.trace = self._way_to(mark)
                break
        return new

    def _way_to(self, mark: int) -> list[Move]:
        """What happened on the way. It is gone again from the beginning, so that each worker keeps its name."""
        marks = [mark]
        while origin := self._came_from[marks[-1]]:
            marks.append(origin)
        world, way = self._product.scenario.begin(), list[Move]()
        for goal in reversed(marks[:-1]):
            after = moves(self._product, world)
            move, world = next((move, later) for move, later in after if hash(canonical(later)) == goal)
            way.append(move)
        return way


def moves(product: Product, world: World) -> Moves:
    """Everything that can happen next."""
    yield from product.moves(world)
    yield from surroundings(product, world)
    yield from mishaps(product, world)


def canonical(world: World) -> World:
    """The same for two states that differ in the names of the workers only: they are alike in everything."""
    one, two = world.workers
    return world if one <= two else world._replace(workers=(two, one))
