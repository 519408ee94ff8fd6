"""`make bench`, `make bench-bulk` and `make bench-scale`: measure, print the results, and write docs/benchmarks.md.

Only a whole run writes the page. A smaller one prints its results and changes no file.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from runtime.settings import Settings
from tools.bench import page, tables
from tools.bench.bulk import BulkSizes, measure_bulk
from tools.bench.bulk_import import measure_import
from tools.bench.designs import DESIGNS, Sizes
from tools.bench.driver import NotAllSucceeded
from tools.bench.goals import LIVE_NUMBERS, MOST_ORDERS, goals
from tools.bench.killed import measure_killed
from tools.bench.large_account import looks_an_hour, share_of_a_payload
from tools.bench.machine import surroundings
from tools.bench.results import Results
from tools.bench.scale import measure_scale
from tools.bench.single_design import heed_sigterm, measure_apart
from tools.bench.waiting_cost import measure_waiting
from tools.demo.processes import DemoFailed

ROOT = Path(__file__).parents[2]
RESULTS, PAGE = ROOT / "tools" / "bench" / "results.json", ROOT / "docs" / "benchmarks.md"
USUAL = (*DESIGNS, "waiting", "killed")
"""What `make bench` measures."""
APART = ("bulk", "scale")
"""Runs of their own."""


def arguments() -> argparse.ArgumentParser:
    """The options of the command."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.bench", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    add = parser.add_argument
    add("--only", default=",".join(USUAL), help=f"some of {', '.join((*USUAL, *APART))}")
    add("--rounds", type=int, default=3, help="how often each design is measured")
    add("--requests", type=int, default=150, help="requests of each design in a round")
    add("--numbers", type=int, default=5, help="numbers of each request")
    add("--alone", type=int, default=8, help="requests that run one at a time, of 1 and of 200 numbers")
    add("--counted", type=int, default=5, help="requests of which the counts of the Temporal server are read")
    add("--waiting", type=int, default=2000, help="requests that wait for their codes")
    add("--killed", type=int, default=200, help="requests under way when the worker is killed")
    add("--scale", type=int, default=20_000, help="requests that wait for their codes, for `scale`")
    bulk = BulkSizes()
    add("--bulk", type=int, default=bulk.requests, help="requests that are started at once, for `bulk`")
    add("--existing", type=_figures, default=bulk.existing, help="orders that the account has before, for `bulk`")
    add("--page-delay", type=float, default=bulk.page_delay, help="seconds for a page of the list, for `bulk`")
    add("--workers", type=int, default=bulk.workers, help="workers, for `bulk`")
    add("--import", type=int, default=bulk.rows, dest="rows", help="rows of the import, for `bulk`; 0 for no import")
    add("--idle", type=float, default=30.0, help="seconds for which an idle worker is measured")
    add("--write", action="store_true", help="write the page although the run is smaller than by default")
    return parser


def _figures(text: str) -> tuple[int, ...]:
    return tuple(int(figure) for figure in text.split(","))


async def measure(options: argparse.Namespace, only: Sequence[str], console: Console, folder: Path) -> Results:
    """Measure what `only` names, one thing after another."""
    results = Results()
    sizes = Sizes(options.requests, options.alone, options.numbers, options.counted)
    for turn in range(options.rounds):
        for name in [one for one in only if one in DESIGNS]:
            console.print(f"Round {turn + 1} of {options.rounds}: {name} …")
            design = await measure_apart(name, folder / f"{name}-{turn}", sizes)
            results.rounds.setdefault(name, []).append(design)
            results.requests, results.numbers = options.requests, options.numbers
    if "waiting" in only:
        console.print(f"Let {options.waiting} requests wait, twice …")
        results.waiting = await measure_waiting(folder / "waiting", options.waiting, options.idle)
    if "killed" in only:
        console.print(f"Kill a worker with {options.killed} requests under way …")
        results.killed = await measure_killed(folder / "killed", options.killed)
    if "bulk" in only:
        bulk = BulkSizes(options.bulk, options.existing, options.page_delay, options.workers, options.rows)
        console.print(f"Start {bulk.requests} requests beside {', '.join(map(str, bulk.existing))} orders …")
        results.looks_an_hour = looks_an_hour(MOST_ORDERS, Settings.model_fields["poll_interval"].default)
        results.share_of_a_payload = share_of_a_payload(LIVE_NUMBERS)
        results.bulk = await measure_bulk(folder / "bulk", bulk)
        if bulk.rows:
            console.print(f"Import {bulk.rows} rows …")
            results.bulk.imported = await measure_import(folder / "import", bulk)
    if "scale" in only:
        console.print(f"Let {options.scale} requests wait …")
        results.scale = await measure_scale(folder / "scale", options.scale, options.idle)
    return results


def is_whole(options: argparse.Namespace, only: Sequence[str]) -> bool:
    """Whether nothing is smaller than by default."""
    usual = arguments().parse_args([])
    sizes = ("rounds", "requests", "numbers", "alone", "counted", "waiting", "killed", "scale", "bulk", "rows", "idle")
    smaller = [size for size in sizes if getattr(options, size) < getattr(usual, size)]
    fewer = set(usual.existing) - set(options.existing)
    return not smaller and not fewer and (set(only) >= set(USUAL) or tuple(only) in {(one,) for one in APART})


def keep(results: Results) -> None:
    """Merge new results into the known ones, and write the file and the page."""
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    new = json.loads(results.model_dump_json(exclude_defaults=True))
    beside = known.get("surroundings", {}) | new.pop("surroundings", {})
    merged = Results.model_validate(known | new | {"surroundings": beside})
    RESULTS.write_text(merged.model_dump_json(indent=1, exclude_defaults=True) + "\n")
    PAGE.write_text(page.page(merged))


async def main() -> int:
    """Exit code 0 if every order of every design succeeded, whether or not the goals are met."""
    heed_sigterm()
    options = arguments().parse_args()
    only = options.only.split(",")
    console = Console(width=max(100, Console().width))
    unknown = set(only) - {*USUAL, *APART}
    if unknown:
        console.print(
            f"There is no {', '.join(sorted(unknown))} to measure: choose from {', '.join((*USUAL, *APART))}."
        )
        return 2
    began = surroundings()
    results, failures = Results(), list[Exception]()
    try:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            results = await measure(options, only, console, Path(folder))
    except* (NotAllSucceeded, DemoFailed) as failed:
        failures += failed.exceptions
    if failures:
        for error in failures:
            console.print(f"[red]{error}[/red]", *getattr(error, "__notes__", []))
        return 1
    results.surroundings[only[0] if only[0] in APART else "bench"] = began
    for table in tables.tables(results):
        console.print(table)
    measured = [goal for goal in goals(results) if goal.found is not None]
    if measured:
        console.print(tables.goals_table(measured))
    if options.write or is_whole(options, only):
        keep(results)
        console.print(f"Written: {PAGE.relative_to(ROOT)}, from {RESULTS.relative_to(ROOT)}.")
    else:
        console.print("Nothing was written, because the run is small. --write, or WRITE=1, writes anyway.")
    return 0


if __name__ == "__main__":
    code = asyncio.run(main())
    sys.stdout.flush()
    os._exit(code)  # the SDK sometimes aborts while the interpreter shuts down, after all work is done
