"""docs/benchmarks.md as text, made from the results."""

from collections.abc import Iterable, Iterator

from tools.bench import tables
from tools.bench.goals import Goal, goals
from tools.bench.results import Results, Surroundings
from tools.bench.tables import Row

_INTRODUCTION = """\
# Benchmarks

Written by `make bench`, `make bench-bulk` and `make bench-scale`; do not edit. Machines are noisy: only ratios of one
run count. What the Temporal server counts is exact on any machine
([record 36](decisions/0036-what-is-counted-and-how.md)).

The same orders go through five designs, one after another, against the same simulated Telnyx. Rounds: {rounds}. Each
round has {requests} requests of {numbers} numbers and two PDFs of 60 KB, 20 at once, after an uncounted warm-up. A
design has results only if the simulator shows exactly one successful order for each request.

- **ours**: this program as in production. It encrypts, stores documents in a folder, watches each order, claims
  numbers, and lists the orders before it creates one. The driver also checks and stores the documents.
- **script**: plain asyncio with `httpx-aiohttp`. It forgets everything when it ends, and has no separate driver.
- **naive**: Temporal with one activity for each of six calls, the workflow sandbox, and httpx's own transport, without
  encryption. It does not list or watch orders, and asks no one.
- **peer**: the honest peer, which is the naive design and what a good engineer adds to it in a day: encryption, a claim
  on each number, the list of orders before a create, one watch, a reminder, and three updates of search attributes.
- **dbos**: the flow of the naive design on DBOS with PostgreSQL and `httpx-aiohttp`. One process is driver and worker.
  PostgreSQL does not wait for the disk, because the Temporal server keeps everything in memory.

CPU is user and system time of a process and its children. `server` is Temporal's development server, or PostgreSQL. The
driver also reads the codes from the simulated handsets and waits until a number is active. The script reads its order
instead."""

_REPEAT = """\
## To repeat it

    make bench              # the designs: about half an hour on two idle cores
    make bench-bulk         # bulk work in one account, and an import of ten thousand numbers: a quarter of an hour
    make bench-scale        # twenty thousand requests: about an hour
    make bench REQUESTS=40 ROUNDS=1 ONLY=ours,naive    # a small run: prints results, writes nothing
    make bench-bulk REQUESTS=40 EXISTING=0,600 IMPORT=100    # the same for bulk work; PAGE_DELAY=, WORKERS=
    make bench-scale REQUESTS=1000                     # the same for the scale

DBOS needs PostgreSQL (`apt-get install postgresql`). The bench starts its own server and removes it. To try a setting,
run `HOSTED_SMS_…=… make bench`. The page names such settings. The data is in `tools/bench/results.json`."""


def page(results: Results) -> str:
    """The whole page, as Markdown."""
    all_goals = goals(results)
    rounds = max((len(rounds) for rounds in results.rounds.values()), default=0)
    parts = [
        _INTRODUCTION.format(requests=results.requests, numbers=results.numbers, rounds=rounds),
        *_designs(results),
        *_counted(results),
        *_bulk(results),
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
            "`calls` are calls to the Telnyx API about orders per request. `events` and `KB stored` are what Temporal "
            "keeps of one request without problems that ran alone, with one number (or 200): the shortest of several. "
            "The size before compression and encryption is in parentheses. For DBOS they are rows and their bytes, "
            "without indexes. A request that runs alone has one number, and also pays for what the processes do while "
            "they wait."
        )


def _counted(results: Results) -> Iterator[str]:
    if rows := list(tables.count_rows(results)):
        yield "## Counted at the Temporal server\n\nOne request of one number without problems, alone:"
        yield _markdown(tables.COUNT_HEADINGS, rows)
        yield (
            "Calls and actions include those of the driver and of the workflow that holds the claims. The last column "
            "has the actions when the review takes three days: those of the request, and one for each look that the "
            "pace of the watch adds. The naive design never looks, and waits forever if a webhook is lost."
        )


def _bulk(results: Results) -> Iterator[str]:
    if bulk := results.bulk:
        yield (
            f"## Bulk work in one account\n\nRequests of one number are started at once. {bulk.workers} workers, and "
            f"{1000 * bulk.page_delay:g} ms for each page of the list. Milliseconds of all workers, and calls to the "
            "server, are per request:"
        )
        yield _markdown(tables.FLOOD_HEADINGS, tables.flood_rows(results))
        yield from tables.imported(results)


def _rest(results: Results) -> Iterator[str]:
    known = list(tables.facts(results))
    if known:
        yield "## Besides\n\n" + "\n\n".join(known)
    if results.scale:
        yield "Waiting requests, step by step. Milliseconds are CPU per new request:"
        yield _markdown(tables.SCALE_HEADINGS, tables.scale_rows(results))
    if results.waiting or results.scale:
        yield (
            "Waiting requests are spread over accounts of at most 500 requests, because the program reads the list of "
            "orders of the account before it creates one. They are watched as in production, "
            "less and less often. `Idle` is the span with the fewest such polls."
        )


def _verdict(all_goals: list[Goal]) -> str:
    missed = sum(goal.is_met is False for goal in all_goals)
    unknown = sum(goal.is_met is None for goal in all_goals)
    said = f"{missed} of {len(all_goals)} are not met." if missed else "Every goal that was measured is met."
    return said + (f" Not measured: {unknown}." if unknown else "")


def _where(results: Results) -> Iterator[str]:
    names = {"bench": "`make bench`", "bulk": "`make bench-bulk`", "scale": "`make bench-scale`"}
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
