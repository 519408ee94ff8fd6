"""Every block of README.md can be typed as it stands, in order, each in a terminal of its own."""

import os
import signal
import socket
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests.docs.blocks import blocks
from tests.docs.pages import ROOT
from tools.demo.processes import Child, Children, free_ports, until
from tools.demo.stack import TEMPORAL

ENDS_WITHIN = 1500.0
"""Seconds for each block; the demo takes half a minute on a machine that does nothing else."""
SETTINGS_FILE = ROOT / ".run" / "env"
STAYS = "make up"
PORT = 8100
"""Of the simulator that the page starts beside a Temporal server of one's own."""


@pytest.fixture
def terminals(tmp_path: Path) -> Iterator[Children]:
    """Ends what was typed, and what that started."""
    assert not SETTINGS_FILE.exists(), f"`make up` runs already, or {SETTINGS_FILE} is left of one that was killed"
    with Children(tmp_path) as children:
        yield children


@pytest.fixture
def environment(terminals: Children, tmp_path: Path) -> dict[str, str]:
    """That of a person without the virtual environment, whose own Temporal server runs."""
    port, ui = free_ports(2)
    command = [TEMPORAL, "server", "start-dev", "--port", str(port), "--ui-port", str(ui), "--log-level", "error"]
    terminals.start("temporal", command, os.environ).wait_until_it_says("Temporal UI:")
    path = os.environ["PATH"].replace(f"{Path(sys.executable).parent}:", "")
    return {"PATH": path, "HOME": str(tmp_path), "TEMPORAL_ADDRESS": f"127.0.0.1:{port}"}


def port_is_free() -> bool | None:
    """True when no one listens at the simulator's port, such as this test in another clone; else None."""
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", PORT)) != 0 or None


def order_of_the_last_block() -> object:
    """The order that its worker placed at its simulator; None while there is none."""
    return httpx.get(f"http://127.0.0.1:{PORT}/_simulator/orders", trust_env=False).json() or None


def settings_file(stays: Child) -> bool | None:
    """True when the installation that stays has written its settings file; else None."""
    stays.must_run()
    return SETTINGS_FILE.exists() or None


def test_every_block_can_be_typed_in_order(terminals: Children, environment: dict[str, str]) -> None:
    typed: dict[str, Child] = {}
    for block in blocks("README.md", "sh"):
        until("The end of who uses the port", port_is_free, within=ENDS_WITHIN)
        first_line = block.partition("\n")[0]
        child = typed[first_line] = terminals.start(f"block-{len(typed)}", ["bash", "-ec", block], environment)
        if first_line == STAYS:
            until("The settings file", partial(settings_file, child), within=ENDS_WITHIN)
        else:
            assert child.exit_code(within=ENDS_WITHIN) == 0, child.tail()
    until("An order", order_of_the_last_block, within=ENDS_WITHIN)
    # As Ctrl-C does it; what it started itself ends before it.
    typed[STAYS].signal(signal.SIGTERM)
    typed[STAYS].exit_code(within=ENDS_WITHIN)
    assert not SETTINGS_FILE.exists()
