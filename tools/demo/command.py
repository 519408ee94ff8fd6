"""Runs the command `hosted-sms` as a person does: as a process, by its exit code and its output."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.demo.processes import DemoFailed

PROGRAM = str(Path(sys.executable).parent / "hosted-sms")
ROOT = Path(__file__).parents[2]
_HANGS_AFTER = 600.0
_NO_ANSWER = 3
_SAME_ID = re.compile(r"--id (\S+)")
_REPEATS = 20


@dataclass(frozen=True)
class Done:
    """The end of a command."""

    code: int
    out: str
    err: str


class HostedSms:
    """The command with the settings of one installation."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)

    def run(self, *arguments: str) -> Done:
        """Run it to its end. Any exit code is fine.

        Raises:
            DemoFailed: it hangs.
        """
        try:
            done = subprocess.run(  # noqa: S603 - our own program with our own arguments
                [PROGRAM, *arguments],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=_HANGS_AFTER,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise DemoFailed(f"`hosted-sms {arguments[0]}` did not end within {_HANGS_AFTER:g} seconds.") from None
        return Done(done.returncode, done.stdout.strip(), done.stderr.strip())

    def __call__(self, *arguments: str, code: int = 0) -> Done:
        """Run it to its end. Without an answer in time it is repeated with the same id, as its message says.

        Raises:
            DemoFailed: its exit code is not `code`.
        """
        done = self.run(*arguments)
        for _ in range(_REPEATS):
            named = _SAME_ID.search(done.err)
            if done.code != _NO_ANSWER or named is None:
                break
            done = self.run(*arguments, "--id", named[1].rstrip("."))
        if done.code != code:
            line = " ".join(["hosted-sms", *arguments])
            raise DemoFailed(f"`{line}` ended with exit code {done.code} instead of {code}: {done.err or done.out}")
        return done

    def json(self, *arguments: str) -> Any:
        """Run it with `--json`, and parse its output."""
        return json.loads(self(*arguments, "--json").out)

    def show(self, references: Sequence[str]) -> list[Any]:
        """The output of `show` for several requests, two at a time."""
        with ThreadPoolExecutor(max_workers=2) as asking:
            return list(asking.map(lambda reference: self.json("show", reference), references))
