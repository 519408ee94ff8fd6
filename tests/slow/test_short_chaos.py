"""A short chaos run: nothing is lost, doubled, untrue, deleted or left open, and no process stays."""

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import limits

ROOT = Path(__file__).parents[2]
MARK = "CHAOS_TEST_RUN"
REQUESTS, SEED = 25, 11


@contextmanager
def chaos(mark: str) -> Iterator["subprocess.Popen[str]"]:
    """A run in its own process. All that it starts inherits the mark."""
    command = [sys.executable, "-u", "-m", "tools.chaos", "--requests", str(REQUESTS), "--seed", str(SEED)]
    process = subprocess.Popen(  # noqa: S603 - our own program with our own arguments
        command, cwd=ROOT, env=os.environ | {MARK: mark}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=limits.WAIT)


def left_behind(mark: str) -> list[str]:
    """The commands of all processes of a run that still exist."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"{MARK}={mark}".encode() in (folder / "environ").read_bytes().split(b"\0"):
                found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except (OSError, ProcessLookupError):
            continue
    return found


def test_a_short_run_finds_nothing_wrong_and_leaves_no_process() -> None:
    mark = uuid.uuid4().hex
    with chaos(mark) as run:
        said, _ = run.communicate()
    assert run.returncode == 0, said[-4000:]  # what went wrong is at the end
    assert left_behind(mark) == []


def test_a_run_that_is_stopped_midway_leaves_no_process() -> None:
    mark = uuid.uuid4().hex
    with chaos(mark) as run:
        assert run.stdout is not None
        for line in run.stdout:
            if " started, " in line:
                break
        assert len(left_behind(mark)) > 5
        run.send_signal(signal.SIGINT)
        run.communicate(timeout=limits.WAIT)
    assert run.returncode == 130
    assert left_behind(mark) == []
