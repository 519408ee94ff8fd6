"""Shows what was measured on a terminal."""

from collections.abc import Mapping

from rich.table import Table

from bench.results import Design

PROCESSES = ("driver", "worker", "server", "simulator")


def designs_table(designs: Mapping[str, Design]) -> Table:
    """One row for each design."""
    table = Table(title="CPU milliseconds per request (user and system)")
    for heading in ("design", *PROCESSES, "all but simulator", "requests/s", "calls", "events", "bytes", "readable"):
        table.add_column(heading, justify="left" if heading == "design" else "right")
    for name, design in designs.items():
        for label, cost, history in (
            (name, design.cost, design.history),
            (f"{name}, one at a time", design.narrow_cost, None),
            (f"{name}, 200 numbers", design.wide_cost, design.wide_history),
        ):
            if cost is None:
                continue
            table.add_row(
                label,
                *(f"{cost.milliseconds(process):.1f}" for process in PROCESSES),
                f"{cost.design_milliseconds:.1f}",
                f"{cost.requests_per_second:.1f}",
                f"{cost.calls_per_request:.1f}",
                *([str(history.events), str(history.bytes), str(history.readable_bytes or "–")] if history else "–––"),
            )
    return table
