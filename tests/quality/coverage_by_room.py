"""`python -m tests.quality.coverage_by_room FILE` prints how much of each room the tests cover.

A total would let a well-tested room hide a badly tested one, and lines alone would hide a missing `else`. So each room
is measured alone, by its branches and by its lines, and each must reach the floor.
"""

import json
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOMS = ("domain", "workflows", "activities", "telnyx_api", "services", "adapters")
FLOOR = 95.0
"""Percent of the branches, and of the lines, that tests must cover in each room."""


def by_room(report: Mapping[str, Any]) -> dict[str, Counter[str]]:
    """Add up the counts of coverage's JSON report for each room."""
    rooms: dict[str, Counter[str]] = {room: Counter() for room in ROOMS}
    for path, file in report["files"].items():
        room = Path(path).parts[0]
        if room in rooms:
            rooms[room].update({name: count for name, count in file["summary"].items() if isinstance(count, int)})
    return rooms


def percent(counted: Mapping[str, int], part: str, whole: str) -> float:
    """The covered part in percent; 0 for a room of which nothing was measured."""
    return 100.0 * counted.get(part, 0) / counted[whole] if counted.get(whole) else 0.0


def holes(report: Mapping[str, Any]) -> list[str]:
    """List the lines and branches that no test covers, one text for each file that has some."""
    found = []
    for path, file in sorted(report["files"].items()):
        lines = ", ".join(map(str, file["missing_lines"]))
        branches = ", ".join(f"{start}→{'end' if end < 0 else end}" for start, end in file["missing_branches"])
        if lines or branches:
            found.append(f"  {path}  lines: {lines or '–'}  branches: {branches or '–'}")
    return found


def main(file: str) -> int:
    """Print the table; 0 if every room reaches the floor."""
    report = json.loads(Path(file).read_text())
    print("Not covered by any test:", *holes(report), "", sep="\n")  # noqa: T201 - what this command is for
    low = 0
    for room, counted in by_room(report).items():
        branches = percent(counted, "covered_branches", "num_branches")
        lines = percent(counted, "covered_lines", "num_statements")
        low += min(branches, lines) < FLOOR
        figures = f"branches {branches:5.1f} % of {counted['num_branches']:4}, lines {lines:5.1f} %"
        print(f"{room:<11} {figures} of {counted['num_statements']:5}")  # noqa: T201 - as above
    if low:
        print(f"{low} of {len(ROOMS)} rooms are below {FLOOR:.0f} %.", file=sys.stderr)  # noqa: T201 - as above
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
