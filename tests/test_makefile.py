"""Which Python the Makefile takes, out of those that a machine has."""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

pytestmark = pytest.mark.server

MAKEFILE = Path(__file__).parents[1] / "Makefile"
PRETENDS = '#!/bin/sh\nexec {python} -c "import sys; sys.version_info = (3, {minor}, 0); exec(sys.argv[1])" "$2"\n'
SHOW = ["--eval", "show: ; @echo $(PYTHON)", "show"]


def run_make(folder: Path, pythons: Mapping[str, int], *arguments: str) -> subprocess.CompletedProcess[str]:
    """What make says on a machine with these Pythons (command and minor version) and nothing else."""
    for name, minor in pythons.items():
        (folder / name).write_text(PRETENDS.format(python=sys.executable, minor=minor))
        (folder / name).chmod(0o755)
    make = [shutil.which("make") or "make", "--silent", "--file", str(MAKEFILE), *arguments]
    return subprocess.run(make, cwd=folder, env={"PATH": str(folder)}, capture_output=True, text=True, check=False)  # noqa: S603 - our own line


@pytest.mark.parametrize(
    ("pythons", "taken"),
    [
        ({"python3": 11, "python3.13": 13}, "python3"),
        ({"python3": 10, "python3.11": 11, "python3.12": 12}, "python3.12"),
        ({"python3": 15, "python3.14": 14, "python3.13": 13}, "python3.14"),
        ({"python3.13": 13}, "python3.13"),
    ],
)
def test_python3_is_taken_where_it_will_do_and_the_newest_otherwise(
    tmp_path: Path, pythons: dict[str, int], taken: str
) -> None:
    assert run_make(tmp_path, pythons, *SHOW).stdout.split() == [taken]


def test_a_machine_without_one_is_told_so(tmp_path: Path) -> None:
    for name in ("requirements-dev.lock", "pyproject.toml"):
        (tmp_path / name).touch()
    result = run_make(tmp_path, {"python3": 10}, ".venv/.set-up-done")
    assert result.stderr.startswith("No Python from 3.11 to 3.14")
    assert not (tmp_path / ".venv").exists()
