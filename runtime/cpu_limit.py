"""A limit on the time that the processor works for a block of code. Waiting, and a busy machine, take nothing of it."""

import resource
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

_AGAIN = 0.5  # seconds until an interruption is repeated: a finalizer may have swallowed it
_GRACE = 5  # seconds until the kernel ends a process that an interruption did not reach


class OutOfTime(BaseException):
    """The time is over. It is no `Exception`, since libraries catch those."""


@contextmanager
def cpu_limit(seconds: float) -> Iterator[None]:
    """End the block after so many seconds of processor time. Only the main thread of a process may use it.

    Code that never returns to Python, such as a regular expression, is not interrupted. The process is ended then.

    Raises:
        OutOfTime: the time is over.
    """
    before = signal.signal(signal.SIGPROF, _interrupt)
    _, highest = resource.getrlimit(resource.RLIMIT_CPU)
    _end_process_after(time.process_time() + seconds + _GRACE, highest)
    signal.setitimer(signal.ITIMER_PROF, seconds, _AGAIN)
    try:
        yield
    finally:
        with suppress(OutOfTime):  # raised again while the clock is being stopped
            signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        _end_process_after(resource.RLIM_INFINITY, highest)


def _end_process_after(seconds: float, highest: int) -> None:
    limits = [int(limit) for limit in (seconds, highest) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_CPU, (min(limits, default=resource.RLIM_INFINITY), highest))


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise OutOfTime
