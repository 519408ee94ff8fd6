"""The goals, and whether the results meet them. Each limits a count, or a ratio within one run."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tools.bench.results import Counts, Design, Flood, Results, ratio
from tools.bench.review import actions_of_review

KB, KIB, MIB = 1000.0, 1024.0, 1024.0**2
MOST_ORDERS = 5_000
"""The orders of the account in the goals about bulk work."""
LIVE_NUMBERS = 50_000
"""The live numbers of the account in the last goal."""


@dataclass(frozen=True)
class Goal:
    """One goal with its result; `found` is None if it was not measured."""

    wish: str
    before: str
    """What was found before the goal was set."""
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
    return [*_of_bulk(results), *_of_counts(results), *_of_designs(results), *_of_the_account(results)]


def _of_bulk(results: Results) -> Iterator[Goal]:
    floods = [flood for flood in results.bulk.floods if flood.is_whole] if results.bulk else []
    most = [flood for flood in floods if flood.existing >= MOST_ORDERS]
    largest = max(most, key=lambda flood: flood.requests, default=None)
    yield Goal(
        f"listings per create in a bulk beside {MOST_ORDERS:,} orders",
        "1.6–2.7",
        0.1,
        ratio(largest.listings, largest.creates) if largest else None,
    )
    smaller = min(most, key=lambda flood: flood.requests, default=None)
    yield Goal(
        f"time until a bulk beside {MOST_ORDERS:,} orders waits for codes, of the same beside none",
        "–",
        2,
        _of_none(smaller, floods) if smaller else None,
        "×",
    )
    run = results.bulk.imported if results.bulk else None
    code = ratio(run.busy_code_seconds, run.quiet_code_seconds) if run else None
    yield Goal("a code submitted during an import, of its quiet time", "stalls", 2, code, "×")
    start = ratio(run.busy_start_seconds, run.quiet_start_seconds) if run else None
    yield Goal("a request started by hand during an import, of its quiet time", "stalls", 2, start, "×")
    lost = run.lost + run.doubled if run else None
    yield Goal("numbers of an import lost or doubled, with a worker and the client killed", "142 of 1,000", 0, lost)


def _of_none(flood: Flood, floods: list[Flood]) -> float | None:
    alone = [one for one in floods if one.existing == 0 and one.requests == flood.requests]
    return ratio(flood.seconds, alone[0].seconds) if alone else None


def _of_counts(results: Results) -> Iterator[Goal]:
    ours = results.designs.get("ours")
    counts: Counts | None = ours.counts if ours else None
    review = actions_of_review("ours", ours) if ours else None
    yield Goal("actions of a request with three days of review", "98", 30, review)
    an_hour = results.looks_an_hour
    yield Goal(f"calls to Telnyx an hour for {MOST_ORDERS:,} orders in review", "5,000", 60, an_hour)
    yield Goal("calls to the server of a request without problems", "49", 33, counts.total_calls if counts else None)
    yield Goal("events of it", "51–54", 50, counts.events if counts else None)
    yield Goal("actions of it", "21", 17, counts.total_actions if counts else None)


def _of_designs(results: Results) -> Iterator[Goal]:
    def worker(design: Design) -> float:
        return design.cost.milliseconds("worker")

    def everything(design: Design) -> float:
        return design.cost.design_milliseconds

    def speed(design: Design) -> float:
        return design.cost.requests_per_second

    yield Goal("worker CPU, of the naive design's", "1.16–1.38", 1.0, _compared(results, "naive", worker), "×")
    yield Goal("worker CPU, of the honest peer's", "0.93–0.99", 0.8, _compared(results, "peer", worker), "×")
    together = "CPU of worker, server and driver"
    yield Goal(f"{together}, of the honest peer's", "1.27–1.47", 0.9, _compared(results, "peer", everything), "×")
    yield Goal(f"{together}, of DBOS's", "2.2", 1.6, _compared(results, "dbos", everything), "×")
    found = _compared(results, "naive", speed)
    yield Goal("requests per second, of the naive design's", "0.56", 0.9, found, "×", at_least=True)


def _of_the_account(results: Results) -> Iterator[Goal]:
    share = 100 * results.share_of_a_payload if results.share_of_a_payload is not None else None
    wish = f"claims of {LIVE_NUMBERS:,} live numbers in an account, of the largest payload"
    yield Goal(wish, "65 % with 20,000", 50, share, "%")


def _compared(results: Results, other: str, figure: Callable[[Design], float]) -> float | None:
    """Our figure relative to that of another design; None unless both were measured."""
    if "ours" not in results.designs or other not in results.designs:
        return None
    return ratio(figure(results.designs["ours"]), figure(results.designs[other]))
