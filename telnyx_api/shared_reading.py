"""One reading of a list serves everyone who asked before it began.

    asked ──► waiting ──► a reading begins ──► served by it
                 ▲
    asked while a reading is under way: it may have passed by what they look for, so they wait for the next

An asker gets what it would get from a reading of its own that began at the moment of its question, or a later one.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

A = TypeVar("A")
W = TypeVar("W")
R = TypeVar("R")


class Turns(Generic[A]):
    """Which reading serves whom. It reads nothing itself."""

    def __init__(self) -> None:
        self._waiting: list[A] = []
        self._served: list[A] | None = None

    def ask(self, asker: A) -> None:
        """Someone wants a reading that begins from now on."""
        self._waiting.append(asker)

    def begin(self) -> list[A]:
        """Begin the next reading, and return those whom it serves: nobody when it may not begin now."""
        if self._served is not None or not self._waiting:
            return []
        self._served, self._waiting = self._waiting, []
        return list(self._served)

    def end(self) -> list[A]:
        """End the reading under way, and return those whom it still serves."""
        served, self._served = self._served or [], None
        return served

    def leave(self, asker: A) -> bool:
        """Forget an asker. True when the reading under way has lost its last one by that."""
        if asker in self._waiting:
            self._waiting.remove(asker)
        elif self._served and asker in self._served:
            self._served.remove(asker)
            return not self._served
        return False


@dataclass(eq=False)
class _Asker(Generic[W, R]):
    want: W
    reading: "asyncio.Future[asyncio.Task[R]]"


class SharedReading(Generic[W, R]):
    """Readings of one list, one at a time. Use it in one event loop."""

    def __init__(self, read: Callable[[list[W]], Awaitable[R]]) -> None:
        """`read` reads the list once, for everything that its askers want."""
        self._read = read
        self._turns = Turns[_Asker[W, R]]()
        self._task: asyncio.Task[R] | None = None

    async def ask(self, want: W) -> R:
        """The result of a reading that begins from now on. It fails for all its askers alike.

        A cancelled asker does not disturb the others. A reading without askers is cancelled.
        """
        asker = _Asker[W, R](want, asyncio.get_running_loop().create_future())
        self._turns.ask(asker)
        self._begin()
        try:
            return (await asker.reading).result()
        finally:
            if self._turns.leave(asker) and self._task:
                self._task.cancel()

    def _begin(self) -> None:
        if served := self._turns.begin():
            self._task = asyncio.ensure_future(self._run([asker.want for asker in served]))
            self._task.add_done_callback(self._end)

    async def _run(self, wants: list[W]) -> R:
        return await self._read(wants)

    def _end(self, task: "asyncio.Task[R]") -> None:
        self._task = None  # its askers alone keep what was read
        if not task.cancelled():
            task.exception()  # counts as noticed, also when nobody is left
        for asker in self._turns.end():
            if not asker.reading.done():
                asker.reading.set_result(task)
        self._begin()
