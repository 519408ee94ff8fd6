"""What was measured, as data: written to a file, read back, and turned into ratios."""

import math
import statistics
from collections.abc import Sequence
from datetime import date

from pydantic import BaseModel


class Cost(BaseModel):
    """What it cost to take some requests through the flow."""

    requests: int
    seconds: float
    cpu_seconds: dict[str, float]
    """Of each process, by name: `driver`, `worker`, `server`, `simulator`."""
    calls: int
    """Of the Telnyx API."""

    def milliseconds(self, *names: str) -> float:
        """CPU milliseconds per request of these processes together; one that the design has not costs nothing."""
        return 1000 * sum(self.cpu_seconds.get(name, 0.0) for name in names) / self.requests

    @property
    def design_milliseconds(self) -> float:
        """CPU milliseconds per request of all that the design brings along: everything but the simulator."""
        return self.milliseconds(*(name for name in self.cpu_seconds if name != "simulator"))

    @property
    def requests_per_second(self) -> float:
        """How many requests were done in a second."""
        return self.requests / self.seconds

    @property
    def calls_per_request(self) -> float:
        """How many calls of the Telnyx API a request took."""
        return self.calls / self.requests


class History(BaseModel):
    """What is stored of one happy request of one number, played alone: the shortest of those played."""

    events: int
    """Of Temporal's history; in a database, rows."""
    bytes: int
    readable_bytes: int | None = None
    """The same before it is packed and encrypted, where it is."""


class Design(BaseModel):
    """One design measured."""

    cost: Cost
    history: History | None = None
    wide_cost: Cost | None = None
    """Of requests of 200 numbers each, one at a time."""
    narrow_cost: Cost | None = None
    """Of requests of one number each, one at a time, for comparison with the wide ones."""
    wide_history: History | None = None
    bytes_per_waiting: float | None = None
    """Of the memory of the process that keeps the requests, for each that waits for its codes. Ours is in `Parked`."""


class Parked(BaseModel):
    """Requests that wait for their codes, and a worker that has nothing to do."""

    requests: int
    starts_per_second: float
    bytes_per_cached: float
    """Of the worker's memory, for each request that it keeps."""
    bytes_per_thousand: float
    """Of the worker's memory, for a thousand more requests when it keeps a hundred."""
    idle_share: float
    """Of one core."""
    idle_looks: int
    idle_seconds: float


class Killed(BaseModel):
    """All requests at once, undisturbed and with the worker killed half-way."""

    requests: int
    undisturbed_seconds: float
    seconds: float


class ScaleStep(BaseModel):
    """One more lot of requests parked."""

    parked: int
    new: int
    seconds: float
    worker_bytes: int
    server_bytes: int
    cpu_seconds: dict[str, float]

    def milliseconds(self, *names: str) -> float:
        """CPU milliseconds of these processes together for each request that was new."""
        return 1000 * sum(self.cpu_seconds[name] for name in names) / self.new


class Scale(BaseModel):
    """Very many requests parked."""

    requests: int
    steps: list[ScaleStep]
    idle_share: float
    idle_looks: int
    idle_seconds: float
    code_seconds: list[float]
    webhook_seconds: list[float]
    recovery_seconds: list[float]
    """From the launch of a new worker, after the only one was killed, until a code is answered, of each of some."""


class Surroundings(BaseModel):
    """Where and with what was measured."""

    date: date
    cores: int
    processor: str
    memory_gib: float
    load: float
    """Processes that wanted a core in the minute before: other people's work, if any."""
    versions: dict[str, str]
    settings: list[str] = []
    """Names of settings that were given for the run."""


class Results(BaseModel):
    """Everything that is known, of one run or of several: what one did not measure stays as it was."""

    requests: int = 0
    """Of each design in a round."""
    numbers: int = 0
    """Of each of those requests."""
    rounds: dict[str, list[Design]] = {}
    """What was measured of each design, round by round."""
    parked: Parked | None = None
    killed: Killed | None = None
    scale: Scale | None = None
    surroundings: dict[str, Surroundings] = {}
    """Of the run that brought `bench`, and of the one that brought `scale`."""

    @property
    def designs(self) -> dict[str, Design]:
        """Each design over all its rounds."""
        return {name: together(rounds) for name, rounds in self.rounds.items()}


def together(rounds: Sequence[Design]) -> Design:
    """All rounds of a design as one: costs added up, and of the histories the shortest.

    A busy machine splits a workflow task now and then, which nothing in a design does.
    """
    return Design(
        cost=_sum([design.cost for design in rounds]),
        narrow_cost=_sum_if_any([design.narrow_cost for design in rounds]),
        wide_cost=_sum_if_any([design.wide_cost for design in rounds]),
        history=shortest([design.history for design in rounds if design.history]),
        wide_history=shortest([design.wide_history for design in rounds if design.wide_history]),
        bytes_per_waiting=median([design.bytes_per_waiting for design in rounds]),
    )


def median(values: Sequence[float | None]) -> float | None:
    """The value in the middle of those that were measured; None of none."""
    measured = [value for value in values if value is not None]
    return statistics.median(measured) if measured else None


def shortest(histories: Sequence[History]) -> History | None:
    """The one with the fewest events; None of none."""
    return min(histories, key=lambda history: (history.events, history.bytes), default=None)


def _sum_if_any(costs: Sequence[Cost | None]) -> Cost | None:
    measured = [cost for cost in costs if cost]
    return _sum(measured) if measured else None


def _sum(costs: Sequence[Cost]) -> Cost:
    names = {name for cost in costs for name in cost.cpu_seconds}
    return Cost(
        requests=sum(cost.requests for cost in costs),
        seconds=sum(cost.seconds for cost in costs),
        cpu_seconds={name: sum(cost.cpu_seconds.get(name, 0.0) for cost in costs) for name in sorted(names)},
        calls=sum(cost.calls for cost in costs),
    )


def ratio(part: float, whole: float) -> float:
    """How many times the whole the part is.

    Raises:
        ValueError: the whole is nothing, so something was not measured.
    """
    if whole <= 0:
        raise ValueError(f"There is no ratio to {whole}: it was not measured.")
    return part / whole


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values does not exceed: 0.5 for the middle one, 0.95 for one in twenty.

    Raises:
        ValueError: there is no value.
    """
    if not values:
        raise ValueError("There is no percentile of nothing: it was not measured.")
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
