"""The results as tables and sentences, for the terminal and for the page."""

from collections.abc import Iterable, Iterator, Sequence

from rich.table import Table

from tools.bench.goals import KB, KIB, MIB, Goal
from tools.bench.results import Cost, Design, History, Results, percentile, ratio
from tools.bench.review import actions_of_review

PROCESSES = ("driver", "worker", "server", "simulator")
Row = tuple[str, ...]
DESIGN_HEADINGS: Row = ("design", *PROCESSES, "all but simulator", "requests/s", "calls", "events or rows", "KB stored")
GOAL_HEADINGS: Row = ("what", "before", "goal", "found", "")
COUNT_HEADINGS: Row = (
    "design",
    "calls to the server",
    "workflow tasks",
    "events",
    "actions",
    "with three days of review",
)
FLOOD_HEADINGS: Row = (
    "orders there",
    "requests",
    "waiting in the end",
    "seconds",
    "pages",
    "listings per create",
    "worker ms",
    "calls to the server",
)
SCALE_HEADINGS: Row = ("waiting", "started per s", "worker ms", "server ms", "worker MiB", "server MiB")
WORDS = frozenset({"design", "what", ""})
"""Headings of columns with words. All others have figures."""
_NONE = "–"


def design_rows(results: Results) -> Iterator[Row]:
    """The row of each design: CPU milliseconds per request of each process, and the other counts."""
    for name, design in results.designs.items():
        yield _design_row(name, design.cost, design.history)
        if design.narrow_cost:
            yield _design_row(f"{name}, one at a time", design.narrow_cost, None)
        if design.wide_cost:
            yield _design_row(f"{name}, 200 numbers", design.wide_cost, design.wide_history)


def _design_row(label: str, cost: Cost, history: History | None) -> Row:
    processes = (f"{cost.milliseconds(name):.1f}" if name in cost.cpu_seconds else _NONE for name in PROCESSES)
    rates = (f"{cost.design_milliseconds:.1f}", f"{cost.requests_per_second:.1f}", f"{cost.calls_per_request:.1f}")
    return (label, *processes, *rates, str(history.events) if history else _NONE, _stored(history))


def _stored(history: History | None) -> str:
    if history is None:
        return _NONE
    readable = f" ({history.readable_bytes / KB:.1f})" if history.readable_bytes else ""
    return f"{history.bytes / KB:.1f}{readable}"


def goal_rows(goals: Sequence[Goal]) -> Iterator[Row]:
    """The row of each goal with its result."""
    words = {True: "met", False: "not met", None: "not measured"}
    for goal in goals:
        found = _NONE if goal.found is None else _figure(goal.found, goal.unit)
        limit = f"{'≥' if goal.at_least else '≤'} {goal.limit:g}{_after(goal.unit)}"
        yield (goal.wish, goal.before, limit, found, words[goal.is_met])


def _figure(value: float, unit: str) -> str:
    shown = str(value) if isinstance(value, int) else f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"  # noqa: PLR2004 - three figures are enough
    return shown + _after(unit)


def _after(unit: str) -> str:
    return f" {unit}" if unit else ""


def count_rows(results: Results) -> Iterator[Row]:
    """What the Temporal server counted of one request in each design that uses it."""
    for name, design in results.designs.items():
        if counts := design.counts:
            review = actions_of_review(name, design)
            found = (counts.total_calls, counts.workflow_tasks, counts.events, counts.total_actions)
            yield (name, *map(str, found), _NONE if review is None else str(review))


def flood_rows(results: Results) -> Iterator[Row]:
    """The floods of requests in one account; milliseconds and calls to the server are per request."""
    for flood in results.bulk.floods if results.bulk else []:
        yield (
            f"{flood.existing:,}",
            f"{flood.requests:,}",
            f"{flood.waiting:,}",
            f"{flood.seconds:.1f}",
            f"{flood.pages:,}",
            f"{flood.listings / flood.creates:.2f}" if flood.creates else _NONE,
            f"{1000 * flood.worker_seconds / flood.requests:.1f}",
            f"{flood.server_calls / flood.requests:.1f}",
        )


def scale_rows(results: Results) -> Iterator[Row]:
    """The steps in which very many requests were started; milliseconds are CPU per new request."""
    for step in results.scale.steps if results.scale else []:
        yield (
            f"{step.waiting:,}",
            f"{step.new / step.seconds:.1f}",
            f"{step.milliseconds('worker'):.1f}",
            f"{step.milliseconds('server'):.1f}",
            f"{step.worker_bytes / MIB:.0f}",
            f"{step.server_bytes / MIB:.0f}",
        )


def facts(results: Results) -> Iterator[str]:
    """The results that are in no table, as sentences."""
    yield from _round_by_round(results)
    yield from _waiting(results)
    if waiting := results.waiting:
        yield (
            f"{waiting.requests:,} requests wait for their codes, {waiting.starts_per_second:.0f} started per second: "
            f"{waiting.bytes_per_cached / KIB:.0f} KiB of the worker's memory for each cached one. With a cache of "
            f"100, {waiting.bytes_per_thousand / MIB:.1f} MiB for a thousand more. Idle for {waiting.idle_seconds:g} s "
            f"the worker took {100 * waiting.idle_share:.2f} % of a core, {_polls(waiting.idle_polls)}."
        )
    if killed := results.killed:
        yield (
            f"{killed.requests} requests at once took {killed.undisturbed_seconds:.1f} s, and {killed.seconds:.1f} s "
            "with the worker killed halfway. Each ended with one successful order."
        )
    if scale := results.scale:
        yield (
            f"{scale.requests:,} requests wait, with a cache of 1,000: idle for {scale.idle_seconds:g} s the worker "
            f"took {100 * scale.idle_share:.2f} % of a core, {_polls(scale.idle_polls)}. A code was answered in "
            f"{_times(scale.code_seconds)}. A webhook ended its request in {_times(scale.webhook_seconds)}. After the "
            f"only worker was killed, {len(scale.recovery_seconds)} codes were submitted at once. The first was "
            f"answered {min(scale.recovery_seconds):.1f} s after the start of the next worker, the last after "
            f"{max(scale.recovery_seconds):.1f} s."
        )


def imported(results: Results) -> Iterator[str]:
    """The import, as a sentence."""
    run = results.bulk.imported if results.bulk else None
    if run:
        yield (
            f"An import of {run.numbers:,} numbers in {run.rows:,} rows took {run.seconds:.0f} s, with a worker and "
            f"the client killed halfway. {run.lost:,} numbers were lost, and {run.doubled:,} doubled. A code was "
            f"answered in {run.busy_code_seconds:.2f} s meanwhile, and in {run.quiet_code_seconds:.2f} s before. "
            f"A request that a person started got its codes after {run.busy_start_seconds:.2f} s, and "
            f"{run.quiet_start_seconds:.2f} s."
        )


def _waiting(results: Results) -> Iterator[str]:
    """The memory of each design for a request that waits for its codes."""
    designs = results.designs.items()
    held = {name: design.bytes_per_waiting for name, design in designs if design.bytes_per_waiting is not None}
    if results.waiting and held:
        held = {"ours": results.waiting.bytes_per_cached} | held
    if held:
        found = ", ".join(f"{name} {_kib(bytes_each)}" for name, bytes_each in held.items())
        yield f"Memory of a cached request that waits for its codes: {found}."


def _kib(size: float) -> str:
    return f"{size / KIB:.0f} KiB" if size >= KIB else "under 1 KiB"


def _round_by_round(results: Results) -> Iterator[str]:
    """The ratios of each round, which show how noisy the machine was."""
    for other, what in (("naive", "worker"), ("peer", "worker"), ("dbos", "all but simulator")):
        pairs = list(zip(results.rounds.get("ours", []), results.rounds.get(other, []), strict=False))
        if len(pairs) > 1:
            found = [_cost_ratio(ours, theirs, what) for ours, theirs in pairs]
            yield f"Ratio of ours to {other} in each round ({what}): {', '.join(f'{one:.2f}' for one in found)}."


def _cost_ratio(ours: Design, theirs: Design, what: str) -> float:
    if what == "worker":
        return ratio(ours.cost.milliseconds("worker"), theirs.cost.milliseconds("worker"))
    return ratio(ours.cost.design_milliseconds, theirs.cost.design_milliseconds)


def _polls(count: int) -> str:
    return f"and {count:,} orders were due to be read" if count else "and no order was due to be read"


def _times(seconds: Sequence[float]) -> str:
    middle, high = percentile(seconds, 0.5), percentile(seconds, 0.95)
    return f"{1000 * middle:.0f} ms (median of {len(seconds)}) and {1000 * high:.0f} ms (95th percentile)"


def tables(results: Results) -> Iterator[Table | str]:
    """Everything that was measured, for the terminal."""
    if results.rounds:
        yield _table("CPU milliseconds per request, user and system", DESIGN_HEADINGS, design_rows(results))
    if rows := list(count_rows(results)):
        yield _table("One request without problems, counted at the Temporal server", COUNT_HEADINGS, rows)
    if results.bulk:
        yield _table("Requests started at once in one account", FLOOD_HEADINGS, flood_rows(results))
        yield from imported(results)
    if results.scale:
        yield _table("Waiting requests; CPU milliseconds per new request", SCALE_HEADINGS, scale_rows(results))
    yield from facts(results)


def goals_table(goals: Sequence[Goal]) -> Table:
    """The goals that were measured, for the terminal."""
    return _table("Goals", GOAL_HEADINGS, goal_rows(goals))


def _table(title: str, headings: Row, rows: Iterable[Row]) -> Table:
    table = Table(title=title)
    for heading in headings:
        table.add_column(heading, justify="left" if heading in WORDS else "right")
    for row in rows:
        table.add_row(*row)
    return table
