"""A tracer for coverage on Python 3.11. Coverage's own two tracers lose lines of coroutines there, and only there.

Every cancel of a task throws into its coroutine. The coroutines that await it then go on without the event that tells
a tracer that a frame was entered. Coverage's tracers keep a stack, which is then one frame off: in
`try: async with retried(): …` they saw nothing of what came after it. Here each frame keeps its own last line, so that
no stack is needed.

Coverage loads this plug-in on every version (see `[tool.coverage.run]`). Python 3.12 and later report that event, so
the plug-in does nothing there. It can be deleted together with the support of 3.11.
"""

import dis
import sys
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any

import coverage.core
from coverage.plugin import CoveragePlugin
from coverage.plugin_support import Plugins
from coverage.types import TConfigurable

Traced = Callable[[FrameType, str, Any], Any]
_HANDLER = dis.opmap.get("PUSH_EXC_INFO")
_RESUME = dis.opmap.get("RESUME")


class FrameTracer:
    """The tracer of one thread. Coverage's collector starts it, sets its attributes, and reads `data` at the end."""

    data: dict[str, set[tuple[int, int]]]
    trace_arcs: bool
    should_trace: Callable[[str, FrameType], Any]
    should_trace_cache: dict[str, Any]
    lock_data: Callable[[], None]
    unlock_data: Callable[[], None]
    warn: Callable[..., None]

    def __init__(self) -> None:
        self._stopped = self._active = False

    def start(self) -> Traced:
        """Start to trace this thread."""
        self._stopped = False
        sys.settrace(self._enter)
        return self._enter

    def stop(self) -> None:
        """Stop tracing, in any thread."""
        self._stopped = True
        if sys.gettrace() == self._enter:
            sys.settrace(None)

    def activity(self) -> bool:
        """Say whether anything was traced since the last flush."""
        return self._active

    def reset_activity(self) -> None:
        """Start to look for activity again."""
        self._active = False

    def get_stats(self) -> Mapping[str, int] | None:
        """There are no statistics."""
        return None

    def _enter(self, frame: FrameType, _event: str, _arg: object) -> Traced | None:
        """Trace a frame that begins, or goes on after a wait."""
        seen = None if self._stopped else self._seen(frame)
        if seen is None:
            return None
        self._active = True
        begins = frame.f_code.co_code[frame.f_lasti + 1] == 0  # the argument of RESUME: what kind of entry it is
        return _following(seen, -frame.f_code.co_firstlineno if begins else frame.f_lineno)

    def _seen(self, frame: FrameType) -> set[tuple[int, int]] | None:
        """Find the arcs of the frame's file; None for a file that is not measured."""
        name = frame.f_code.co_filename
        wanted = self.should_trace_cache.get(name)
        if wanted is None:
            wanted = self.should_trace_cache[name] = self.should_trace(name, frame)
        if not wanted.trace:
            return None
        self.lock_data()
        try:
            return self.data.setdefault(wanted.source_filename, set())
        finally:
            self.unlock_data()


def _following(seen: set[tuple[int, int]], last: int) -> Traced:
    """Make the function that Python calls at each line of one frame; it adds the arc from the line before."""

    def line(frame: FrameType, event: str, _arg: object) -> Traced:
        nonlocal last
        code, at = frame.f_code.co_code, frame.f_lasti
        if event == "line" and code[at] != _HANDLER:
            seen.add((last, frame.f_lineno))
            last = frame.f_lineno
        elif event == "return" and not _waits(code, at):
            seen.add((last, -frame.f_code.co_firstlineno))
        return line

    return line


def _waits(code: bytes, at: int) -> bool:
    """Say whether a frame that is left will go on later, after a `yield` or an `await`."""
    after = at + 2
    return len(code) != after and code[after] == _RESUME


class _PythonTracer(CoveragePlugin):
    """Makes coverage use its tracer written in Python, which `coverage_init` has replaced by ours."""

    def configure(self, config: TConfigurable) -> None:
        """Called by coverage when it has read its settings."""
        config.set_option("run:core", "pytrace")


def coverage_init(registry: Plugins, _options: object) -> None:
    """Replace coverage's tracer; coverage calls this before it measures."""
    if sys.version_info < (3, 12):
        coverage.core.PyTracer = FrameTracer  # type: ignore[attr-defined, assignment]  # there is no public place for it
        registry.add_configurer(_PythonTracer())
