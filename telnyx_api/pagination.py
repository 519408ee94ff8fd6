"""Reads a list to its end, page by page, and makes sure that no entry was missed.

Telnyx does not promise the order of its lists (docs/telnyx.md §11). An entry that appears or disappears between two
pages moves the others, and one of them may slip to a page that was read before. We would then order a number twice. So
each page begins at or before the last entry of the page before it: pages that do not share an entry leave a gap, and
the list is read again. docs/decisions/0030 argues why nothing else is needed.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from telnyx_api.errors import TryLater
from telnyx_api.replies import Page

T = TypeVar("T")

PAGE_SIZE = 250
"""The largest page that Telnyx returns (docs/telnyx.md §1)."""

MAX_READINGS = 4
"""How often a list that does not hold still is read before `TryLater` is raised. One that only grows is read once."""

MAX_PAGES = 3_000
"""Pages of one reading: some 700,000 entries. Reading as many takes longer than the activity that reads them may."""

_SMALLEST_LIMIT = 3
"""A smaller page could not both repeat an entry and bring a new one."""


@dataclass(frozen=True)
class Window:
    """One page of a list. `number` counts from 1 in pages of `size` entries."""

    number: int
    size: int

    @property
    def start(self) -> int:
        """How many entries of the list come before the page."""
        return (self.number - 1) * self.size

    @property
    def end(self) -> int:
        """The place after the last entry of a full page."""
        return self.number * self.size


def next_window(covered: int, limit: int = PAGE_SIZE) -> Window:
    """The page that repeats the last of the entries covered so far and reaches furthest.

    `limit` is the largest size of a page. A page of fixed size never repeats an entry, so the sizes vary. A list takes
    about one page in twelve more than it has without repetition.
    """
    last = max(covered - 1, 0)
    size = max(range(limit, 0, -1), key=lambda size: (last // size + 1) * size)
    return Window(last // size + 1, size)


class Reading(Generic[T]):
    """One reading of a list, without any input or output: ask for `window`, `add` what came, until it `is_over`."""

    def __init__(self, limit: int = PAGE_SIZE) -> None:
        """`limit` is the largest size of a page."""
        self.found: dict[str, T] = {}
        """The entries by identity, in the order in which they were first seen."""
        self.window = next_window(0, limit)
        """The page that comes next."""
        self.is_over = False
        self._limit = limit
        self._last_page: list[str] = []
        self._totals: list[int] = []
        self._is_broken = False

    @property
    def is_whole(self) -> bool:
        """Whether every entry was found that the list had when the reading began, and still had at its end.

        More may have been found: what appeared meanwhile.
        """
        adds_up = not self._totals or len(self.found) >= self._totals[0]
        return self.is_over and not self._is_broken and adds_up

    def add(self, entries: Sequence[tuple[str, T]], page: Page) -> None:
        """Take the page of `window`: its entries with their identities, and what Telnyx says about its place."""
        named = dict(entries)
        known = [one for one in named if one in self.found]
        covered = self.window.start + len(entries)
        is_short, has_news = len(entries) < self.window.size, len(known) < len(named)
        is_end = (is_short and not has_news) or self._reaches_end(page, covered)
        # A full page of known entries: the list repeats itself, or grew by a whole page meanwhile.
        is_stuck = not (has_news or is_short or is_end)
        self._is_broken = is_stuck or self._shrinks(page) or not self._continues(known)
        self.is_over = self._is_broken or is_end
        self.found |= named
        self._totals += [] if page.total_results is None else [page.total_results]
        self._last_page = list(named)
        if is_short:  # the server's pages are smaller than it promises, unless the list ends here
            self._limit = max(len(entries), _SMALLEST_LIMIT)
        self.window = next_window(covered, self._limit)

    def _continues(self, known: list[str]) -> bool:
        """Whether the page begins within the page before it, and the entries of both kept their order."""
        return not self._last_page or (bool(known) and known == self._last_page[-len(known) :])

    def _shrinks(self, page: Page) -> bool:
        return bool(self._totals) and page.total_results is not None and page.total_results < self._totals[-1]

    def _reaches_end(self, page: Page, covered: int) -> bool:
        """Whether the list ends on this page by all that Telnyx says of it. It may say nothing."""
        by_entries = None if page.total_results is None else covered >= page.total_results
        by_pages = None if page.total_pages is None else self.window.number >= page.total_pages
        told = {by_entries, by_pages} - {None}
        return told == {True}


FetchPage = Callable[[Window], Awaitable[tuple[Sequence[tuple[str, T]], Page]]]


async def read_all(fetch: FetchPage[T], *, doing: str) -> list[T]:
    """Every entry of a list, once, in the order in which it was first seen.

    Args:
        fetch: gets a page: each entry with its identity.
        doing: completes the sentence "when Telnyx was asked to …".

    Raises:
        TryLater: the list lost entries or changed its order during each of `MAX_READINGS` readings, or has no end.
    """
    for _ in range(MAX_READINGS):
        reading = await _read_once(fetch)
        if reading.is_whole:
            return list(reading.found.values())
    raise TryLater(
        f"The list changed during each of {MAX_READINGS} readings when Telnyx was asked to {doing}, "
        f"or its total does not match its pages; {TryLater.remedy}."
    )


async def _read_once(fetch: FetchPage[T]) -> Reading[T]:
    reading = Reading[T]()
    for _ in range(MAX_PAGES):
        reading.add(*await fetch(reading.window))
        if reading.is_over:
            return reading
    raise TryLater(f"The list has more than {MAX_PAGES:,} pages; {TryLater.remedy}.")
