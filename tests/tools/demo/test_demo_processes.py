"""The programs of the demo never outlive it, and what is awaited in vain is told in one sentence."""

import os
import signal
import sys
from pathlib import Path

import pytest

from tools.demo.processes import Children, DemoFailed, free_ports, until

pytestmark = pytest.mark.server

# Starts a program that has no end, says its process id and leaves it alone.
DESERTER = """
import subprocess, sys
inner = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
print(inner.pid)
"""


def runs(process: int) -> bool:
    """Whether a process exists and is no mere entry that nobody has asked about."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except FileNotFoundError:
        return False


def test_leaving_the_block_ends_even_what_a_program_left_behind(tmp_path: Path) -> None:
    with Children(tmp_path) as children:
        child = children.start("deserter", [sys.executable, "-c", DESERTER], os.environ)
        assert child.exit_code() == 0
        inner = int(child.said())
        assert runs(inner)
    until("The end of the inner program", lambda: None if runs(inner) else True)


def test_a_failure_ends_all_programs(tmp_path: Path) -> None:
    children = Children(tmp_path)
    child = children.start("endless", [sys.executable, "-c", "import signal; signal.pause()"], os.environ)
    with pytest.raises(DemoFailed, match="in between"), children:
        raise DemoFailed("in between")
    assert child.exit_code() == -signal.SIGTERM


def test_a_program_that_ends_by_itself_is_told_with_its_exit_code_and_its_last_words(tmp_path: Path) -> None:
    with Children(tmp_path) as children:
        child = children.start("brief", [sys.executable, "-c", "print('last words'); raise SystemExit(7)"], os.environ)
        with pytest.raises(DemoFailed, match="brief ended by itself with exit code 7"):
            child.wait_until_it_says("never said")
        assert child.tail().endswith("last words")


def test_what_an_earlier_program_of_the_same_name_said_does_not_count(tmp_path: Path) -> None:
    with Children(tmp_path) as children:
        for word in ("first", "second"):
            child = children.start("same", [sys.executable, "-c", f"print('{word}')"], os.environ)
            assert child.exit_code() == 0
            assert child.said() == f"{word}\n"


def test_what_does_not_happen_in_time_is_told() -> None:
    with pytest.raises(DemoFailed, match="The rain did not happen"):
        until("The rain", lambda: None, within=0.1)


def test_free_ports_are_all_different() -> None:
    assert len(set(free_ports(20))) == 20
