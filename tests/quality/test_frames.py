"""Coverage loses no line of a coroutine after a cancel, and no test after one that ended the tracing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests import conftest, limits
from tests.quality.trials import ROOT

CANCELS = """
import asyncio
from contextlib import asynccontextmanager, suppress

@asynccontextmanager
async def beating():
    task = asyncio.create_task(asyncio.sleep(100))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

async def main(answer):
    try:
        async with beating():
            await asyncio.sleep(0)
    except ValueError:
        return "never"
    if answer:
        return "seen"
    return "never"

asyncio.run(main(1))
"""
SETTINGS = "[run]\nbranch = true\nplugins = tests.quality.frames\ninclude = cancels.py\n"


@pytest.mark.server
def test_no_line_is_lost_after_a_cancel_and_none_is_made_up(tmp_path: Path) -> None:
    (tmp_path / "cancels.py").write_text(CANCELS)
    (tmp_path / "settings").write_text(SETTINGS)
    for command in (["run", "cancels.py"], ["json", "-q", "-o", "report.json"]):
        line = [sys.executable, "-m", "coverage", command[0], "--rcfile=settings", *command[1:]]
        subprocess.run(line, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, timeout=limits.WAIT, check=True)  # noqa: S603 - our own line
    file = json.loads((tmp_path / "report.json").read_text())["files"]["cancels.py"]
    lines = CANCELS.splitlines()
    assert [lines[number - 1].strip() for number in file["missing_lines"]] == [
        "except ValueError:",
        'return "never"',
        'return "never"',
    ]
    assert len(file["missing_branches"]) == 1


def test_tracing_goes_on_after_a_test_that_ended_it() -> None:
    ours, outer = (lambda *_: None), sys.gettrace()
    around = conftest.pytest_runtest_protocol()
    try:
        sys.settrace(ours)
        next(around)
        sys.settrace(None)  # as Python does at the limit of recursion
        with pytest.raises(StopIteration):
            next(around)
        assert sys.gettrace() is ours
    finally:
        sys.settrace(outer)
