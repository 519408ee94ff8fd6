"""Reads a list to its end, page by page, and makes sure that no entry was missed.

Telnyx does not promise the order of its lists. An entry that appears or disappears between two pages can move another
one to a page that was read before (docs/telnyx.md §11). We would then order a number twice, so a list that changed is
read again from the start.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from telnyx_api.errors import TryLater
from telnyx_api.replies import Page

T = TypeVar("T")

PAGE_SIZE = 250
"""The largest page that Telnyx returns (docs/telnyx.md §1)."""

MAX_READINGS = 4
"""How often a list that keeps changing is read before `TryLater` is raised."""

MAX_PAGES = 3_000
"""Pages of one list: 750,000 entries. Reading as many takes longer than the activity that reads them may."""

FetchPage = Callable[[int], Awaitable[tuple[list[T], Page]]]
OnPage = Callable[[int, int], None]


async def read_all(
    fetch: FetchPage[T], identity: Callable[[T], str], *, doing: str, on_page: OnPage | None = None
) -> list[T]:
    """Every entry of a list, once, in the order in which it was first seen.

    Args:
        fetch: gets the page of a number; the first is 1.
        identity: tells entries apart.
        doing: completes the sentence "when Telnyx was asked to …".
        on_page: called with the page number and the number of pages after each page, as a sign of life.

    Raises:
        TryLater: the list changed during each of `MAX_READINGS` readings, or it has no end.
    """
    for _ in range(MAX_READINGS):
        found = await _read_once(fetch, identity, on_page)
        if found is not None:
            return list(found.values())
    raise TryLater(
        f"The list changed during each of {MAX_READINGS} readings when Telnyx was asked to {doing}, "
        f"or its total does not match its pages; {TryLater.remedy}."
    )


async def _read_once(fetch: FetchPage[T], identity: Callable[[T], str], on_page: OnPage | None) -> dict[str, T] | None:
    """The entries of one reading by identity; None when an entry may be missing."""
    found: dict[str, T] = {}
    number, totals = 1, set[int]()
    while True:
        entries, page = await fetch(number)
        if on_page:
            on_page(number, page.total_pages or number)
        known = len(found)
        found |= {identity(entry): entry for entry in entries}
        if page.total_results is not None:
            totals.add(page.total_results)
        if len(totals) > 1 or (entries and len(found) == known):
            return None  # the total changed, or the page has only known entries: the list changed meanwhile
        if not entries or (page.total_pages is not None and number >= page.total_pages):
            return found if not totals or totals == {len(found)} else None
        if number >= MAX_PAGES:
            raise TryLater(f"The list has more than {MAX_PAGES:,} pages; {TryLater.remedy}.")
        number += 1
