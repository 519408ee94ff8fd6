"""The programs of the demo never outlive it, and a failure is one sentence."""

import os
import signal
import socket
import sys
from pathlib import Path

import pytest

from tools.demo.processes import Child, Children, DemoFailed, free_ports, until

pytestmark = pytest.mark.server
ENDLESS = "import signal; signal.pause()"
LEAVES_ONE_BEHIND = f"import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', {ENDLESS!r}]).pid)"


def start(children: Children, code: str) -> Child:
    return children.start("program", [sys.executable, "-c", code], os.environ)


def runs(process: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except FileNotFoundError:
        return False


def test_leaving_the_block_also_ends_what_a_program_left_behind(tmp_path: Path) -> None:
    with Children(tmp_path) as children:
        child = start(children, LEAVES_ONE_BEHIND)
        assert child.exit_code() == 0
        inner = int(child.said())
        assert runs(inner)
    until("The end of the inner program", lambda: None if runs(inner) else True)


def test_a_failure_ends_all_programs(tmp_path: Path) -> None:
    children = Children(tmp_path)
    child = start(children, ENDLESS)
    with pytest.raises(DemoFailed, match="in between"), children:
        raise DemoFailed("in between")
    assert child.exit_code() == -signal.SIGTERM


def test_a_program_that_ends_is_named_with_its_exit_code_and_its_last_lines(tmp_path: Path) -> None:
    with Children(tmp_path) as children:
        child = start(children, "print('last words'); raise SystemExit(7)")
        with pytest.raises(DemoFailed, match=r"program .* 7"):
            child.wait_until_it_says("never said")
        assert child.tail().endswith("last words")


def test_the_output_of_an_earlier_program_of_the_same_name_does_not_count(tmp_path: Path) -> None:
    with Children(tmp_path) as children:
        for word in ("first", "second"):
            child = start(children, f"print('{word}')")
            assert (child.exit_code(), child.said()) == (0, f"{word}\n")


def test_a_wait_ends_without_progress_and_goes_on_with_it() -> None:
    with pytest.raises(DemoFailed, match=r"The rain .* 0\.1 seconds"):
        until("The rain", lambda: None, within=0.1)
    steps = iter(range(10))
    assert until(
        "The rain", lambda: next(steps, None) == 9 or None, within=0.1, progress=lambda: next(iter([object()]))
    )


def test_free_ports_are_all_different() -> None:
    assert len(set(free_ports(20) + free_ports(20))) == 40


@pytest.mark.skipif(sys.platform != "linux", reason="other systems cannot reserve a port for a server")
def test_a_free_port_stays_reserved_for_the_server_that_names_it() -> None:
    [port] = free_ports(1)
    for _start in range(2):
        with socket.create_server(("127.0.0.1", port)), socket.create_connection(("127.0.0.1", port)):
            pass
        with socket.socket() as other, pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", port))
