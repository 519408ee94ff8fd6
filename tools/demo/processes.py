"""Starts programs with a log file each, waits until they are ready, and leaves none behind."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

HANGS_AFTER = 600.0
"""Seconds without progress after which something counts as hung. The slowest machine needs far less."""
STOP_WITHIN = 60.0
LOOK_EVERY = 0.05
_LINES_OF_A_TAIL = 15

T = TypeVar("T")


class DemoFailed(Exception):  # noqa: N818 - named for what a person sees
    """Something failed. The text is one sentence for a person."""


def until(
    what: str, look: Callable[[], T | None], within: float = HANGS_AFTER, progress: Callable[[], object] = lambda: None
) -> T:
    """Call `look` repeatedly until it returns something.

    Args:
        what: what is awaited, for the error sentence.
        look: returns None while there is nothing yet.
        within: seconds without progress after which to give up. A slow machine is slow, but makes progress.
        progress: returns something that changes when there is progress.

    Raises:
        DemoFailed: nothing came, and there was no progress for so long.
    """
    before, since = progress(), time.monotonic()
    while (seen := look()) is None:
        if (now := progress()) != before:
            before, since = now, time.monotonic()
        if time.monotonic() - since > within:
            raise DemoFailed(f"{what} did not happen, and nothing changed for {within:g} seconds.")
        time.sleep(LOOK_EVERY)
    return seen


_RESERVED: list[socket.socket] = []
"""Sockets that are bound and never listen, until this process ends."""


def free_ports(count: int) -> list[int]:
    """Different ports of this machine on which no process listens.

    On Linux they stay reserved. The system gives a bound port to no process that asks for any port or connects, and a
    server, which reuses its address, can still listen there, also after a restart. Other systems do not allow that, so
    there another process may take a port before it is used.
    """
    bound = [_bound() for _ in range(count)]
    ports = [int(one.getsockname()[1]) for one in bound]
    if sys.platform == "linux":
        _RESERVED.extend(bound)
    else:
        for one in bound:
            one.close()
    return ports


def _bound() -> socket.socket:
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.bind(("127.0.0.1", 0))
    return one


class Child:
    """One running program. It has its own process group, and writes its output to a log file."""

    def __init__(self, name: str, command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        with self.log.open("ab") as log:
            self._begins_at = log.tell()
            self._process = subprocess.Popen(  # noqa: S603 - our own programs with our own arguments
                command,
                cwd=Path(__file__).parents[2],
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C does not reach it, and one signal ends all that it started
            )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def said(self) -> str:
        """Everything it has written."""
        return self.log.read_bytes()[self._begins_at :].decode(errors="replace")

    def wait_until_it_says(self, pattern: str) -> re.Match[str]:
        """Wait for a line of its log.

        Raises:
            DemoFailed: it ended, or hangs.
        """

        def look() -> re.Match[str] | None:
            self.must_run()
            return re.search(pattern, self.said())

        return until(f"The start of {self.name}", look, progress=lambda: self.log.stat().st_size)

    def must_run(self) -> None:
        """Raise if it has ended."""
        code = self._process.poll()
        if code is not None:
            raise DemoFailed(f"The process {self.name} ended unexpectedly with exit code {code}.")

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to it and to all that it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def exit_code(self, within: float = HANGS_AFTER) -> int:
        """Waits until it has ended; below 0 is the signal that ended it."""
        return self._process.wait(within)

    def kill(self) -> None:
        """Ends it without a chance to tidy up, as a power cut does."""
        self.signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """Ends it, politely first."""
        if self._process.poll() is None:
            self.signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_WITHIN)
        self.kill()

    def tail(self) -> str:
        """The end of its log."""
        lines = self.said().splitlines()[-_LINES_OF_A_TAIL:]
        return "\n".join([f"--- the end of {self.log}", *lines])


class Children:
    """The programs that were started. Leaving the block ends all of them, the newest first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._started: list[Child] = []

    def start(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> Child:
        """Start a program without waiting until it is ready."""
        child = Child(name, command, self._folder, environment)
        self._started.append(child)
        return child

    def kill(self, child: Child) -> None:
        """Kill one without warning, and forget it, because its process id may soon belong to another program."""
        child.kill()
        self._started.remove(child)

    def __iter__(self) -> Iterator[Child]:
        return iter(self._started)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            for child in reversed(self._started):
                child.stop()
        finally:  # also after a second Ctrl-C
            for child in self._started:
                child.kill()
