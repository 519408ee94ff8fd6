"""The numbers of `make coverage`: each room by itself, by branches and by lines."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.quality.coverage_by_room import ROOMS, by_room, main


def file(branches: int = 100, lines: int = 100) -> dict[str, Any]:
    """One file of coverage's report, with a hundred branches and a hundred lines."""
    counted = {"covered_branches": branches, "num_branches": 100, "covered_lines": lines, "num_statements": 100}
    return {"summary": {**counted, "percent_covered": 1.5}, "missing_lines": [7], "missing_branches": [[3, -1]]}


def written(folder: Path, **rooms: dict[str, Any]) -> str:
    """A report in which every room is fully covered except the given ones."""
    files = {f"{room}/one.py": rooms.get(room, file()) for room in ROOMS}
    report = folder / "coverage.json"
    report.write_text(json.dumps({"files": files}))
    return str(report)


def test_covered_rooms_pass_and_every_hole_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(written(tmp_path)) == 0
    assert "domain/one.py  lines: 7  branches: 3→end" in capsys.readouterr().out


@pytest.mark.parametrize("low", [file(branches=94), file(lines=94), {**file(), "summary": {}}])
def test_one_room_below_the_floor_fails(tmp_path: Path, low: dict[str, Any]) -> None:
    assert main(written(tmp_path, services=low)) == 1


def test_files_of_a_room_are_added_up_and_other_files_do_not_count() -> None:
    report = {"files": {"domain/a.py": file(90), "domain/b.py": file(100), "cli.py": file(0)}}
    assert by_room(report)["domain"]["covered_branches"] == 190
