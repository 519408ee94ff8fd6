"""Shows on a terminal what was measured; the same rows, as plain text, make the tables of the page."""

from collections.abc import Iterator, Sequence

from rich.table import Table

from tools.bench.goals import KB, KIB, MIB, Goal
from tools.bench.results import Cost, Design, History, Results, percentile, ratio

PROCESSES = ("driver", "worker", "server", "simulator")
Row = tuple[str, ...]
DESIGN_HEADINGS: Row = ("design", *PROCESSES, "all but simulator", "requests/s", "calls", "events or rows", "KB stored")
GOAL_HEADINGS: Row = ("goal", "what", "limit", "found", "")
SCALE_HEADINGS: Row = ("parked", "started per s", "worker ms", "server ms", "worker MiB", "server MiB")
WORDS = frozenset({"design", "goal", "what", ""})
"""Headings of the columns that hold words; all others hold figures."""
_NONE = "–"


def design_rows(results: Results) -> Iterator[Row]:
    """CPU milliseconds per request of each process, and what else is counted, of each design."""
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
    """Each goal with what was found."""
    words = {True: "met", False: "not met", None: "not measured"}
    for goal in goals:
        found = _NONE if goal.found is None else _figure(goal.found, goal.unit)
        limit = f"{'≥' if goal.at_least else '≤'} {goal.limit:g}{_after(goal.unit)}"
        yield (goal.number, goal.wish, limit, found, words[goal.is_met])


def _figure(value: float, unit: str) -> str:
    shown = str(value) if isinstance(value, int) else f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"  # noqa: PLR2004 - three figures are enough
    return shown + _after(unit)


def _after(unit: str) -> str:
    return f" {unit}" if unit else ""


def scale_rows(results: Results) -> Iterator[Row]:
    """The steps by which very many requests were parked; milliseconds are CPU for each new request."""
    for step in results.scale.steps if results.scale else []:
        yield (
            f"{step.parked:,}",
            f"{step.new / step.seconds:.1f}",
            f"{step.milliseconds('worker'):.1f}",
            f"{step.milliseconds('server'):.1f}",
            f"{step.worker_bytes / MIB:.0f}",
            f"{step.server_bytes / MIB:.0f}",
        )


def facts(results: Results) -> Iterator[str]:
    """What no table holds, a sentence each."""
    yield from _round_by_round(results)
    yield from _waiting(results)
    if parked := results.parked:
        yield (
            f"{parked.requests:,} requests parked in the code wait, {parked.starts_per_second:.0f} started per second: "
            f"{parked.bytes_per_cached / KIB:.0f} KiB of the worker's memory for each that it keeps; with a cache of "
            f"100, {parked.bytes_per_thousand / MIB:.1f} MiB for a thousand more. Idle for {parked.idle_seconds:g} s "
            f"the worker took {100 * parked.idle_share:.2f} % of a core, {_looks(parked.idle_looks)}."
        )
    if killed := results.killed:
        yield (
            f"{killed.requests} requests under way at once: done in {killed.undisturbed_seconds:.1f} s undisturbed "
            f"and in {killed.seconds:.1f} s with the worker killed half-way; each ended in one successful order."
        )
    if scale := results.scale:
        yield (
            f"{scale.requests:,} parked, a cache of 1,000: idle for {scale.idle_seconds:g} s the worker took "
            f"{100 * scale.idle_share:.2f} % of a core, {_looks(scale.idle_looks)}. A code of a parked request was "
            f"answered in {_times(scale.code_seconds)}; a webhook ended its request in "
            f"{_times(scale.webhook_seconds)}. After the only worker was killed, {len(scale.recovery_seconds)} codes "
            f"were handed in at once: the first was answered {min(scale.recovery_seconds):.1f} s after the launch of "
            f"the next worker, the last after {max(scale.recovery_seconds):.1f} s."
        )


def _waiting(results: Results) -> Iterator[str]:
    """What each design keeps in memory of a request that waits for its codes."""
    designs = results.designs.items()
    held = {name: design.bytes_per_waiting for name, design in designs if design.bytes_per_waiting is not None}
    if results.parked and held:
        held = {"ours": results.parked.bytes_per_cached} | held
    if held:
        found = ", ".join(f"{name} {_kib(bytes_each)}" for name, bytes_each in held.items())
        yield f"Memory of a request that waits for its codes, where all are kept at hand: {found}."


def _kib(size: float) -> str:
    return f"{size / KIB:.0f} KiB" if size >= KIB else "under 1 KiB"


def _round_by_round(results: Results) -> Iterator[str]:
    """How far the rounds lie apart: what a ratio is worth on this machine."""
    for other, what in (("naive", "worker"), ("dbos", "all but simulator")):
        pairs = list(zip(results.rounds.get("ours", []), results.rounds.get(other, []), strict=False))
        if len(pairs) > 1:
            found = [_cost_ratio(ours, theirs, what) for ours, theirs in pairs]
            yield f"Round by round, ours of {other}'s ({what}): {', '.join(f'{one:.2f}' for one in found)}."


def _cost_ratio(ours: Design, theirs: Design, what: str) -> float:
    if what == "worker":
        return ratio(ours.cost.milliseconds("worker"), theirs.cost.milliseconds("worker"))
    return ratio(ours.cost.design_milliseconds, theirs.cost.design_milliseconds)


def _looks(count: int) -> str:
    return f"{count} orders being due to be read meanwhile" if count else "no order being due to be read meanwhile"


def _times(seconds: Sequence[float]) -> str:
    middle, high = percentile(seconds, 0.5), percentile(seconds, 0.95)
    return f"{1000 * middle:.0f} ms (middle of {len(seconds)}) and {1000 * high:.0f} ms (95 of 100)"


def tables(results: Results) -> Iterator[Table | str]:
    """Everything that was measured, for a terminal."""
    if results.rounds:
        yield _table("CPU milliseconds per request, user and system", DESIGN_HEADINGS, design_rows(results))
    if results.scale:
        yield _table("Parked step by step; CPU milliseconds for each new request", SCALE_HEADINGS, scale_rows(results))
    yield from facts(results)


def goals_table(goals: Sequence[Goal]) -> Table:
    """The goals that were measured."""
    return _table("Goals", GOAL_HEADINGS, goal_rows(goals))


def _table(title: str, headings: Row, rows: Iterator[Row]) -> Table:
    table = Table(title=title)
    for heading in headings:
        table.add_column(heading, justify="left" if heading in WORDS else "right")
    for row in rows:
        table.add_row(*row)
    return table
