"""Has PDFs of strangers opened by a process of its own, which can be ended at any time (docs/decisions/0029).

A thread cannot be ended, and a PDF of one kilobyte can keep one busy for minutes. Two such processes at most are kept,
so that starting Python and loading pypdf is paid for once. They end with this process.
"""

import atexit
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, cast

from runtime.document_errors import DocumentCheckUnavailable

_AT_ONCE = 2
_START_SECONDS = 60.0
_JOB_SECONDS = 60.0
"""On the clock. The process stops by itself after a few seconds of work, so this passes only on a stalled machine."""
_TRIES = 2
_MOST_JOBS = 100
"""Of one process. What a library keeps in memory adds up, and the limit on memory must never be met by a good file."""
_MOST_ANSWER_BYTES = 100_000
_READY = b"ready\n"
_ROOT = Path(__file__).resolve().parents[1]
_COMMAND = (sys.executable, "-P", "-m", "runtime.pdf_child")
_KEPT_VARIABLES = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME")
"""What Python may need to start. Keys are not passed on."""


class PdfProcess:
    """One process that opens PDFs, one after the other."""

    def __init__(self) -> None:
        self.jobs = 0
        variables = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                _COMMAND,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env=variables | {"PYTHONPATH": str(_ROOT)},
            )
        except OSError as error:
            raise DocumentCheckUnavailable(error.strerror or "it starts no process") from None
        self._given, self._answers = cast("IO[bytes]", self._process.stdin), cast("IO[bytes]", self._process.stdout)
        try:
            self._await_start()
        except BaseException:
            self.close()
            raise

    def ask(self, job: Mapping[str, Any], content: bytes) -> dict[str, Any] | None:
        """The answer to a job; None when the process ended over it.

        Raises:
            DocumentCheckUnavailable: it did not answer in time.
        """
        self.jobs += 1
        header = json.dumps({**job, "size": len(content)}).encode()
        line = self._exchange(header + b"\n" + content, _JOB_SECONDS)
        return json.loads(line) if line.endswith(b"\n") else None

    def close(self) -> int:
        """End the process and return how it ended, as `Popen` does."""
        self._process.kill()
        for stream in (self._given, self._answers):
            with suppress(BrokenPipeError):
                stream.close()
        return self._process.wait()

    def _await_start(self) -> None:
        if self._exchange(b"", _START_SECONDS) != _READY:
            raise DocumentCheckUnavailable("the process for them does not start")

    def _exchange(self, given: bytes, seconds: float) -> bytes:
        """The line that answers; nothing when the process ended.

        Raises:
            DocumentCheckUnavailable: it did not answer in time.
        """
        with self._killed_after(seconds):
            try:
                self._given.write(given)
                self._given.flush()
            except BrokenPipeError:
                return b""
            return self._answers.readline(_MOST_ANSWER_BYTES)

    @contextmanager
    def _killed_after(self, seconds: float) -> Iterator[None]:
        """Nothing else ends a thread that reads from a pipe."""
        late = threading.Event()

        def kill() -> None:
            late.set()
            self._process.kill()

        timer = threading.Timer(seconds, kill)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
        if late.is_set():
            raise DocumentCheckUnavailable("the process for them does not answer in time")


_slots = threading.BoundedSemaphore(_AT_ONCE)
_idle: queue.SimpleQueue[PdfProcess] = queue.SimpleQueue()


def ask(job: Mapping[str, Any], content: bytes) -> dict[str, Any] | None:
    """The answer of `runtime.pdf_child` to a job; None when the file takes more time or memory than it may.

    A process may also end because someone else ends it, so another one tries once more. Call it in a thread.

    Raises:
        DocumentCheckUnavailable: no process could be started, or it did not answer in time.
    """
    with _slots:
        for _ in range(_TRIES):
            process = _take()
            try:
                answer = process.ask(job, content)
            except BaseException:
                process.close()
                raise
            if answer is not None:
                _keep(process)
                return answer
            if process.close() == -signal.SIGXCPU:
                break  # it worked for too long, and another one would, too
    return None


def _keep(process: PdfProcess) -> None:
    if process.jobs < _MOST_JOBS:
        _idle.put(process)
    else:
        process.close()


def _take() -> PdfProcess:
    try:
        return _idle.get_nowait()
    except queue.Empty:
        return PdfProcess()


def close() -> None:
    """End the processes that wait for a job."""
    while not _idle.empty():
        _idle.get_nowait().close()


atexit.register(close)
