"""Writes docs/benchmarks.md from the results; every sentence that holds a figure is made from one."""

from collections.abc import Iterable, Iterator

from tools.bench import tables
from tools.bench.goals import Goal, goals
from tools.bench.results import Results, Surroundings
from tools.bench.tables import Row

_INTRODUCTION = """\
# Benchmarks

Written by `make bench` and `make bench-scale`; do not edit. Machines are noisy: only ratios of one run count.

The same orders go through four designs, one after another, against the same simulated Telnyx. Rounds: {rounds}; in
each of them {requests} requests of {numbers} numbers and two PDFs of 60 KB, 20 under way at once, after a warm-up that
is not counted. A design whose orders did not all end in one successful order each, in the simulator's own truth, has no
figures.

- **ours**: this program as in production: encryption on, papers in a folder, watching each order (once a second here),
  claiming numbers, listing the orders before each create. The driver checks and stores the papers too.
- **script**: plain asyncio over `httpx-aiohttp`, which forgets everything when it ends. It is its own driver.
- **naive**: Temporal with one remote activity for each of six calls, the workflow sandbox on, httpx's own transport, no
  encryption. It lists nothing, watches nothing and asks nobody.
- **dbos**: the naive design's flow on DBOS over PostgreSQL, the calls over `httpx-aiohttp`; one process drives and
  works. PostgreSQL waits for no disk, since the Temporal server keeps everything in memory.

CPU is user and system time of a process with its children. `server` is Temporal's development server, or PostgreSQL.
The driver also reads the codes off the simulated handsets and sees when a number is active, the same for all designs
but the script, which reads its order."""

_REPEAT = """\
## To repeat it

    make bench              # everything but the scale; about a quarter of an hour on two idle cores
    make bench-scale        # twenty thousand requests; about an hour
    make bench REQUESTS=40 ROUNDS=1 ONLY=ours,naive    # a glance: shows figures, writes nothing
    make bench-scale REQUESTS=1000                     # the same for the scale

DBOS needs PostgreSQL (`apt-get install postgresql`); the bench starts one of its own and removes it. A setting can be
tried with `HOSTED_SMS_…=… make bench`; the page names what was set. The data are in `tools/bench/results.json`."""


def page(results: Results) -> str:
    """The whole page, as Markdown."""
    all_goals = goals(results)
    rounds = max((len(rounds) for rounds in results.rounds.values()), default=0)
    parts = [
        _INTRODUCTION.format(requests=results.requests, numbers=results.numbers, rounds=rounds),
        *_designs(results),
        *_rest(results),
        "## Goals\n\n" + _verdict(all_goals),
        _markdown(tables.GOAL_HEADINGS, tables.goal_rows(all_goals)),
        "## Where it was measured\n\n" + "\n".join(_where(results)),
        _REPEAT,
    ]
    return "\n\n".join(parts) + "\n"


def _designs(results: Results) -> Iterator[str]:
    if results.rounds:
        yield "## The designs side by side\n\nCPU milliseconds per request:"
        yield _markdown(tables.DESIGN_HEADINGS, tables.design_rows(results))
        yield (
            "`calls` are those of the Telnyx API about orders, for each request. `events` and `KB stored` are what "
            "Temporal keeps of one happy request of one number (or of 200), played alone, the shortest of those "
            "played; in brackets what was said, before it was packed and encrypted. Of DBOS they are rows and their "
            "bytes, without indexes, for each request played alone. A request played one at a time has one number, and "
            "also pays for what the processes do while they wait."
        )


def _rest(results: Results) -> Iterator[str]:
    known = list(tables.facts(results))
    if known:
        yield "## Besides\n\n" + "\n\n".join(known)
    if results.scale:
        yield "Parked step by step; milliseconds are CPU for each new request:"
        yield _markdown(tables.SCALE_HEADINGS, tables.scale_rows(results))
    if results.parked or results.scale:
        yield (
            "Parked requests are spread over accounts of at most 500 each, because the account's list of orders is "
            "read before each create. They are watched as in production (after 30 s, then ever more seldom, up to once "
            "an hour), and the span of time with the fewest such looks is shown as idle."
        )


def _verdict(all_goals: list[Goal]) -> str:
    missed = [f"{goal.number} ({goal.wish})" for goal in all_goals if goal.is_met is False]
    unknown = [goal.number for goal in all_goals if goal.is_met is None]
    said = "Not met: " + "; ".join(missed) + "." if missed else "Every goal that was measured is met."
    return said + (f" Not measured: {', '.join(dict.fromkeys(unknown))}." if unknown else "")


def _where(results: Results) -> Iterator[str]:
    names = {"bench": "`make bench`", "scale": "`make bench-scale`"}
    for run, around in results.surroundings.items():
        yield f"- {names[run]}: {_sentence(around)}"


def _sentence(around: Surroundings) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in around.versions.items())
    given = f" Settings given for the run: {', '.join(around.settings)}." if around.settings else ""
    return (
        f"{around.date}, {around.cores} cores of {around.processor}, {around.memory_gib:.0f} GiB of memory, load "
        f"average {around.load:.1f} when it began. {versions}.{given}"
    )


def _markdown(headings: Row, rows: Iterable[Row]) -> str:
    rule = ("---" if heading in tables.WORDS else "---:" for heading in headings)
    return "\n".join(f"| {' | '.join(row)} |" for row in (headings, tuple(rule), *rows))
