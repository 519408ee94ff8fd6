"""The results as data: what is written to the file, and the ratios."""

import math
import statistics
from collections.abc import Sequence
from datetime import date

from pydantic import BaseModel


class Cost(BaseModel):
    """The cost of some requests."""

    requests: int
    seconds: float
    cpu_seconds: dict[str, float]
    """By process: `driver`, `worker`, `server`, `simulator`."""
    calls: int
    """Calls to the Telnyx API."""

    def milliseconds(self, *names: str) -> float:
        """CPU milliseconds per request of these processes together. A process that the design lacks counts as 0."""
        return 1000 * sum(self.cpu_seconds.get(name, 0.0) for name in names) / self.requests

    @property
    def design_milliseconds(self) -> float:
        """CPU milliseconds per request of all processes but the simulator."""
        return self.milliseconds(*(name for name in self.cpu_seconds if name != "simulator"))

    @property
    def requests_per_second(self) -> float:
        """Requests per second."""
        return self.requests / self.seconds

    @property
    def calls_per_request(self) -> float:
        """Calls to the Telnyx API per request."""
        return self.calls / self.requests


class History(BaseModel):
    """What is stored of one request of one number without problems: the shortest of all that ran alone."""

    events: int
    """Events of the Temporal history; rows in a database."""
    bytes: int
    readable_bytes: int | None = None
    """Bytes before compression and encryption, if there are any."""


class Counts(BaseModel):
    """What the Temporal server counted."""

    calls: dict[str, int] = {}
    """Calls to the server by operation. A poll counts when a task answered it."""
    actions: dict[str, int] = {}
    """Actions by kind, as Temporal Cloud bills them."""
    events: int = 0
    """Events of the history of the request."""

    @property
    def total_calls(self) -> int:
        """All calls."""
        return sum(self.calls.values())

    @property
    def total_actions(self) -> int:
        """All actions."""
        return sum(self.actions.values())

    @property
    def workflow_tasks(self) -> int:
        """Workflow tasks that a worker completed."""
        return self.calls.get("RespondWorkflowTaskCompleted", 0)


class Design(BaseModel):
    """The results of one design."""

    cost: Cost
    counts: Counts | None = None
    """What the server counted of one request of one number that ran alone: the fewest of several."""
    look: Counts | None = None
    """What it counted of one look at an order in review."""
    history: History | None = None
    wide_cost: Cost | None = None
    """The cost of requests of 200 numbers, one at a time."""
    narrow_cost: Cost | None = None
    """The cost of requests of one number, one at a time, for comparison."""
    wide_history: History | None = None
    bytes_per_waiting: float | None = None
    """Memory of the process that keeps the requests, for each that waits for its codes. Ours is in `Waiting`."""


class Waiting(BaseModel):
    """Requests that wait for their codes, and a worker with nothing to do."""

    requests: int
    starts_per_second: float
    bytes_per_cached: float
    """Memory of the worker for each cached request."""
    bytes_per_thousand: float
    """Memory of the worker for a thousand more requests, with a cache of a hundred."""
    idle_share: float
    """CPU of the idle worker, as a share of one core."""
    idle_polls: int
    idle_seconds: float


class Killed(BaseModel):
    """All requests at once, without disturbance and with the worker killed halfway."""

    requests: int
    undisturbed_seconds: float
    seconds: float


class ScaleStep(BaseModel):
    """The state after more requests were started."""

    waiting: int
    new: int
    seconds: float
    worker_bytes: int
    server_bytes: int
    cpu_seconds: dict[str, float]

    def milliseconds(self, *names: str) -> float:
        """CPU milliseconds of these processes together per new request."""
        return 1000 * sum(self.cpu_seconds[name] for name in names) / self.new


class Scale(BaseModel):
    """Very many waiting requests."""

    requests: int
    steps: list[ScaleStep]
    idle_share: float
    idle_polls: int
    idle_seconds: float
    code_seconds: list[float]
    webhook_seconds: list[float]
    recovery_seconds: list[float]
    """For some requests: from the start of a new worker, after the only one was killed, until a code is answered."""


class Flood(BaseModel):
    """Many requests of one number each, started at once in an account that has orders already."""

    existing: int
    requests: int
    waiting: int
    """Requests that waited for their codes in the end."""
    seconds: float
    """Until all of them waited."""
    creates: int
    pages: int
    """Pages of the list of orders that were read."""
    listings: int
    """How often the list was begun."""
    worker_seconds: float
    server_calls: int
    """Calls to the Temporal server."""

    @property
    def is_whole(self) -> bool:
        """Whether all requests came to wait for their codes."""
        return self.waiting == self.requests


class ImportRun(BaseModel):
    """An import of rows of some numbers each, with one worker and the client killed halfway. Times are medians."""

    rows: int
    numbers: int
    seconds: float
    quiet_code_seconds: float
    quiet_start_seconds: float
    busy_code_seconds: float
    busy_start_seconds: float
    lost: int
    """Numbers without an order in the end."""
    doubled: int
    """Numbers with more than one."""


class Bulk(BaseModel):
    """Bulk work in one account."""

    page_delay: float
    workers: int
    floods: list[Flood] = []
    imported: ImportRun | None = None


class Surroundings(BaseModel):
    """The machine and the versions of a run."""

    date: date
    cores: int
    processor: str
    memory_gib: float
    load: float
    """Load average when the run began: other work on the machine, if any."""
    versions: dict[str, str]
    settings: list[str] = []
    """Names of settings that the environment set for the run."""


class Results(BaseModel):
    """All results, of one run or of several. A run replaces only what it measured."""

    requests: int = 0
    """Requests of each design in a round."""
    numbers: int = 0
    """Numbers of each of those requests."""
    rounds: dict[str, list[Design]] = {}
    """The results of each design, by round."""
    waiting: Waiting | None = None
    killed: Killed | None = None
    scale: Scale | None = None
    bulk: Bulk | None = None
    looks_an_hour: float | None = None
    """Calls to Telnyx for the most orders in review, once their watches pause the longest."""
    share_of_a_payload: float | None = None
    """What the claims of an account with the most live numbers take of the largest payload."""
    surroundings: dict[str, Surroundings] = {}
    """The machine of the last `bench` and of the last `scale`."""

    @property
    def designs(self) -> dict[str, Design]:
        """The results of each design over all its rounds."""
        return {name: together(rounds) for name, rounds in self.rounds.items()}


def together(rounds: Sequence[Design]) -> Design:
    """All rounds of a design as one: the sum of the costs, and the shortest history.

    A busy machine sometimes splits a workflow task, so longer histories say nothing about the design.
    """
    return Design(
        cost=_sum([design.cost for design in rounds]),
        narrow_cost=_sum_if_any([design.narrow_cost for design in rounds]),
        wide_cost=_sum_if_any([design.wide_cost for design in rounds]),
        counts=fewest(counts) if (counts := [design.counts for design in rounds if design.counts]) else None,
        look=fewest(looks) if (looks := [design.look for design in rounds if design.look]) else None,
        history=shortest([design.history for design in rounds if design.history]),
        wide_history=shortest([design.wide_history for design in rounds if design.wide_history]),
        bytes_per_waiting=median([design.bytes_per_waiting for design in rounds]),
    )


def median(values: Sequence[float | None]) -> float | None:
    """The median of the measured values; None if there is none."""
    measured = [value for value in values if value is not None]
    return statistics.median(measured) if measured else None


def shortest(histories: Sequence[History]) -> History | None:
    """The history with the fewest events; None if there is none."""
    return min(histories, key=lambda history: (history.events, history.bytes), default=None)


def fewest(counts: Sequence[Counts]) -> Counts:
    """The counts with the fewest events and calls.

    The server sometimes starts a workflow task between two results that it could have handed over together. That adds
    a task and up to two calls, depends on the machine, and says nothing about the design.
    """
    return min(counts, key=lambda one: (one.events, one.total_calls))


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
    """`part` divided by `whole`.

    Raises:
        ValueError: the whole is not positive, so something was not measured.
    """
    if whole <= 0:
        raise ValueError(f"There is no ratio to {whole}: it was not measured.")
    return part / whole


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed (0.5: the median).

    Raises:
        ValueError: there is no value.
    """
    if not values:
        raise ValueError("There is no percentile of nothing: it was not measured.")
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
