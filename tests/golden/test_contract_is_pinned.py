"""The names and formats that others rely on stay as they are; see `contract.py` for what counts."""

import difflib
import subprocess
import sys
from pathlib import Path

import pytest

from tests import limits

pytestmark = pytest.mark.server

HERE = Path(__file__).parent
ADVICE = (
    "The contract differs from tests/golden/contract.txt: take the change back, or, if you mean to change the contract,"
    " run `python -m tests.golden.contract --write` and say so in CHANGELOG.md."
)


def test_the_contract_is_what_the_golden_file_says() -> None:
    # In a process of its own: the dump reads the environment and starts processes' main functions.
    command = [sys.executable, "-m", "tests.golden.contract"]
    root = HERE.parents[1]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=limits.WAIT, check=False)  # noqa: S603 - our own line
    assert done.returncode == 0, done.stderr
    golden = (HERE / "contract.txt").read_text()
    difference = difflib.unified_diff(golden.splitlines(), done.stdout.splitlines(), "golden", "now", lineterm="", n=1)
    if golden != done.stdout:
        pytest.fail("\n".join([*difference, "", ADVICE]), pytrace=False)  # its own comparison would be a second diff
