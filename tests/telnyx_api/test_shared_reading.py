"""Who is served by which reading: one that began after the question, and with everyone else who had asked by then."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from telnyx_api.errors import TryLater
from telnyx_api.shared_reading import SharedReading, Turns
from tests import limits


class Library:
    """A list whose readings end when the test says so. The result of a reading is its number."""

    def __init__(self) -> None:
        self.readings: list[asyncio.Future[int]] = []
        self.wanted: list[list[str]] = []
        self.shared = SharedReading(self._read)
        self.most_at_once = 0
        self._at_once = 0

    async def _read(self, wants: list[str]) -> int:
        self.wanted.append(wants)
        self.readings.append(asyncio.get_running_loop().create_future())
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            return await self.readings[-1]
        finally:
            self._at_once -= 1

    def ask(self, want: str) -> "asyncio.Task[int]":
        return asyncio.ensure_future(self.shared.ask(want))

    def end(self, number: int, error: Exception | None = None) -> None:
        if error:
            self.readings[number].set_exception(error)
        else:
            self.readings[number].set_result(number)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(limits.WAIT):
            while not condition():  # noqa: ASYNC110 - what is waited for is no event
                await asyncio.sleep(0)


async def within(coroutine: "Coroutine[Any, Any, int] | asyncio.Future[int]") -> int:
    async with asyncio.timeout(limits.WAIT):
        return await coroutine


async def under_way(*late: str) -> "tuple[Library, asyncio.Task[int], list[asyncio.Task[int]]]":
    """A reading that serves `early`, and those who asked while it was under way."""
    library = Library()
    early = library.ask("early")
    await library.until(lambda: len(library.readings) == 1)
    tasks = [library.ask(want) for want in late]
    await asyncio.sleep(0)
    return library, early, tasks


async def test_a_reading_serves_those_who_asked_before_it_began() -> None:
    library, early, late = await under_way("a", "b", "c")
    library.end(0)
    assert await within(early) == 0
    await library.until(lambda: len(library.readings) == 2)
    assert not any(task.done() for task in late)
    library.end(1)
    assert [await within(task) for task in late] == [1, 1, 1]
    assert library.wanted == [["early"], ["a", "b", "c"]]
    assert library.most_at_once == 1


async def test_no_reading_begins_without_a_question() -> None:
    library, early, _ = await under_way()
    library.end(0)
    await within(early)
    assert len(library.readings) == 1
    assert library.shared._task is None, "nothing is kept of a reading whose askers are served"
    again = library.ask("again")
    await library.until(lambda: len(library.readings) == 2)
    library.end(1)
    assert await within(again) == 1


async def test_a_reading_that_fails_fails_for_its_askers_and_for_no_one_else() -> None:
    library, early, [late, later] = await under_way("a", "b")
    library.end(0, TryLater("Not now."))
    with pytest.raises(TryLater, match="Not now"):
        await within(early)
    await library.until(lambda: len(library.readings) == 2)
    failure = TryLater("Not yet.")
    library.end(1, failure)
    for task in (late, later):
        with pytest.raises(TryLater) as caught:
            await within(task)
        assert caught.value is failure


async def test_a_cancelled_asker_does_not_disturb_the_others() -> None:
    library, early, [late, later] = await under_way("a", "b")
    late.cancel()
    library.end(0)
    assert await within(early) == 0
    await library.until(lambda: len(library.readings) == 2)
    assert library.wanted[1] == ["b"]
    library.end(1)
    assert await within(later) == 1
    assert late.cancelled()


async def test_a_reading_goes_on_for_those_who_are_left() -> None:
    library, early, [late, later] = await under_way("a", "b")
    library.end(0)
    await within(early)
    await library.until(lambda: len(library.readings) == 2)
    late.cancel()
    await asyncio.sleep(0)
    assert not library.readings[1].cancelled()
    library.end(1)
    assert await within(later) == 1


async def test_a_reading_without_askers_ends_and_the_next_begins() -> None:
    library, early, [late] = await under_way("a")
    early.cancel()
    await library.until(lambda: len(library.readings) == 2)
    assert library.readings[0].cancelled()
    library.end(1)
    assert await within(late) == 1


async def test_two_hundred_at_once_take_two_readings() -> None:
    library = Library()
    tasks = [library.ask(str(place)) for place in range(200)]
    for reading in range(2):
        await library.until(lambda reading=reading: len(library.readings) == reading + 1)  # type: ignore[misc]  # the default binds the loop's value
        library.end(reading)
    assert sorted([await within(task) for task in tasks]) == [0] + [1] * 199


def test_a_turn_may_begin_only_when_none_is_under_way() -> None:
    turns = Turns[str]()
    assert turns.begin() == []
    turns.ask("a")
    assert turns.begin() == ["a"]
    turns.ask("b")
    assert turns.begin() == []
    assert turns.leave("a")
    assert not turns.leave("b")
    assert turns.end() == []
    assert turns.begin() == []
