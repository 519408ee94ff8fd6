"""`make bench`: measures the designs side by side and shows what came out."""

import argparse
import asyncio
import tempfile
from pathlib import Path

from rich.console import Console

from bench.designs import DESIGNS, Sizes, measure_design
from bench.tables import designs_table


def arguments() -> argparse.ArgumentParser:
    """The options of the command."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--requests", type=int, default=150, help="requests of each design in a round")
    parser.add_argument("--alone", type=int, default=8, help="requests played one at a time, of 1 and of 200 numbers")
    parser.add_argument("--only", default=",".join(DESIGNS), help=f"some of {', '.join(DESIGNS)}")
    return parser


async def main() -> None:
    """Measures what was asked for."""
    options = arguments().parse_args()
    console = Console()
    results = {}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for name in options.only.split(","):
            console.print(f"Measuring {name} …")
            sizes = Sizes(options.requests, options.alone)
            results[name] = await measure_design(name, Path(folder) / name, sizes)
    console.print(designs_table(results))


if __name__ == "__main__":
    asyncio.run(main())
