"""The goals, and whether the results meet them. Each limits a ratio within one run, or a size."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tools.bench.results import Design, Results, percentile, ratio

KB, KIB, MIB = 1000.0, 1024.0, 1024.0**2
MOST_SPREAD = 1.5
"""How much more the last waiting requests may cost than the first, for the cost to count as linear."""


@dataclass(frozen=True)
class Goal:
    """One goal with its result; `found` is None if it was not measured."""

    number: str
    wish: str
    limit: float
    found: float | None
    unit: str = ""
    at_least: bool = False

    @property
    def is_met(self) -> bool | None:
        """Whether it is met; None if it was not measured."""
        if self.found is None:
            return None
        return self.found >= self.limit if self.at_least else self.found <= self.limit


def goals(results: Results) -> list[Goal]:
    """All goals, measured or not."""
    return [*_of_designs(results), *_of_waiting(results), *_of_scale(results)]


def _of_designs(results: Results) -> Iterator[Goal]:
    def to_naive(figure: Callable[[Design], float]) -> float | None:
        return _compared(results, "naive", figure)

    worker = to_naive(lambda design: design.cost.milliseconds("worker"))
    yield Goal("1", "worker CPU per request, relative to the naive design", 0.5, worker, "×")
    yield Goal("1 stretch", "the same", 0.4, worker, "×")
    of_dbos = _compared(results, "dbos", lambda design: design.cost.design_milliseconds)
    yield Goal("2", "CPU of worker, server and driver, relative to DBOS on PostgreSQL", 0.8, of_dbos, "×")
    speed = to_naive(lambda design: design.cost.requests_per_second)
    yield Goal("3", "requests per second, relative to the naive design", 1.7, speed, "×", at_least=True)
    ours = results.designs.get("ours")
    history = ours.history if ours else None
    yield Goal("3", "events of a request without problems", 55, history.events if history else None)
    yield Goal("3", "its stored size", 10, history.bytes / KB if history else None, "KB")


def _compared(results: Results, other: str, figure: Callable[[Design], float]) -> float | None:
    """Our figure relative to that of another design; None unless both were measured."""
    if "ours" not in results.designs or other not in results.designs:
        return None
    return ratio(figure(results.designs["ours"]), figure(results.designs[other]))


def _of_waiting(results: Results) -> Iterator[Goal]:
    waiting, killed = results.waiting, results.killed
    yield Goal("4", "worker memory per cached request", 80, waiting.bytes_per_cached / KIB if waiting else None, "KiB")
    few = waiting.bytes_per_thousand / MIB if waiting else None
    yield Goal("4", "worker memory per 1,000 requests with a cache of 100", 40, few, "MiB")
    yield Goal("4", "CPU of the idle worker, of one core", 0.1, 100 * waiting.idle_share if waiting else None, "%")
    later = killed.seconds - killed.undisturbed_seconds if killed else None
    yield Goal("5", "delay when the worker is killed halfway", 15, later, "s")


def _of_scale(results: Results) -> Iterator[Goal]:
    scale, ours = results.scale, results.designs.get("ours")
    spread = None
    if scale:
        first, *_, last = scale.steps
        spread = ratio(last.milliseconds("worker", "server"), first.milliseconds("worker", "server"))
    yield Goal("6", "CPU for the last waiting requests, relative to the first ones", MOST_SPREAD, spread, "×")
    cpu = events = None
    if ours and ours.wide_cost and ours.narrow_cost:
        costs = (cost.milliseconds("worker", "server") for cost in (ours.wide_cost, ours.narrow_cost))
        cpu = ratio(*costs)
    if ours and ours.wide_history and ours.history:
        events = ratio(ours.wide_history.events, ours.history.events)
    yield Goal("6", "CPU of worker and server for 200 numbers, relative to one number", 3, cpu, "×")
    yield Goal("6", "events of 200 numbers, relative to one number", 3, events, "×")
    code = percentile(scale.code_seconds, 0.95) if scale else None
    yield Goal("scale", "a code is answered (95th percentile)", 1, code, "s")
    webhook = percentile(scale.webhook_seconds, 0.95) if scale else None
    yield Goal("scale", "a webhook has ended its request (95th percentile)", 1, webhook, "s")
