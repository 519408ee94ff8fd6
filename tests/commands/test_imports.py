"""A command loads only what it uses, so that it starts at once. Loading everything takes more than a second."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import limits

ROOT = Path(__file__).parents[2]
LIBRARIES = {"aiohttp", "apprise", "cryptography", "cyclopts", "fastapi", "google", "httpx", "obstore", "pydantic",
             "pydantic_settings", "pypdf", "rich", "structlog", "temporalio", "uvicorn"}  # fmt: skip
PARSING = {"cyclopts"}
MESSAGES = {*PARSING, "pydantic"}
TEMPORAL = {*MESSAGES, "pydantic_settings", "temporalio", "google", "cryptography"}
START = ["start", "--reference", "r", "--profile", "p", "--number", "5125550100"]
LOADED = """
import json, os, pathlib, sys
import cli
code = cli.run(sys.argv[2:])
loaded = sorted({name.partition(".")[0] for name in sys.modules})
pathlib.Path(sys.argv[1]).write_text(json.dumps([code, loaded]))
os._exit(0)
"""


@pytest.mark.parametrize(
    ("arguments", "code", "uses"),
    [
        (["--version"], 0, set()),
        (["--help"], 0, set()),
        ([], 0, set()),
        (["account", "--help"], 0, set()),
        (["shwo"], 2, PARSING),
        (["show"], 2, PARSING),
        (["start", "--nonsense"], 2, PARSING),
        (["explain", "pending"], 0, PARSING),
        (["explain", "pending", "--json"], 0, PARSING),
        (["explain", "gobbledygook"], 1, PARSING),
        (["show", "--help"], 0, {*PARSING, "rich"}),
        (["show", "a b"], 1, MESSAGES),
        (["check", "office"], 1, MESSAGES),
        (["codes", "r", "office=1"], 1, MESSAGES),
        (["show", "r"], 3, TEMPORAL),
        (["list", "--json"], 3, TEMPORAL),
        (["codes", "r", "5125550100=12345"], 3, TEMPORAL),
        (["cancel", "r"], 3, TEMPORAL),
        (["account", "show"], 3, TEMPORAL),
        (["events", "list"], 3, TEMPORAL),
        (["check", "5125550100"], 3, TEMPORAL),
        (START, 3, {*TEMPORAL, "obstore"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
@pytest.mark.server
def test_a_command_loads_only_the_libraries_that_it_uses(
    arguments: list[str], code: int, uses: set[str], tmp_path: Path
) -> None:
    ended = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", LOADED, str(tmp_path / "loaded"), *arguments],
        env={**os.environ, "TEMPORAL_ADDRESS": "127.0.0.1:1", "HOSTED_SMS_PLAINTEXT": "1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=limits.WAIT,
        check=False,
    )
    ended_with, loaded = json.loads((tmp_path / "loaded").read_text())
    assert ended_with == code, ended.stderr
    assert LIBRARIES & set(loaded) <= uses
