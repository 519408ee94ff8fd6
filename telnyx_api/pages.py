"""Reads a list to its end, page by page, and makes sure that nothing was missed while it moved.

Telnyx does not promise an order of its lists, so an entry that comes or goes between two pages can push another one
past us (Telnyx facts §11). A missed order would be ordered twice; hence a list that moved is read again from the start.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from telnyx_api.errors import TryLater
from telnyx_api.replies import Page

T = TypeVar("T")

PAGE_SIZE = 250
"""The most that Telnyx gives at once (Telnyx facts §1)."""

MOST_READINGS = 4
"""How often a list is read from the start before we say that it does not hold still."""

FetchPage = Callable[[int], Awaitable[tuple[list[T], Page]]]
OnPage = Callable[[int, int], None]


async def read_all(
    fetch: FetchPage[T], identity: Callable[[T], str], *, doing: str, on_page: OnPage | None = None
) -> list[T]:
    """Every entry of a list, each once, in the order first seen.

    `fetch(page_number)` gets one page; `identity` tells entries apart; `on_page(page, total_pages)` is called after
    each page, as a sign of life. Raises `TryLater` when the list moved during each of `MOST_READINGS` readings.
    """
    for _ in range(MOST_READINGS):
        found = await _read_once(fetch, identity, on_page)
        if found is not None:
            return list(found.values())
    raise TryLater(
        f"The list changed during each of {MOST_READINGS} readings when Telnyx was asked to {doing}, "
        f"or its total is not what its pages hold; {TryLater.remedy}."
    )


async def _read_once(fetch: FetchPage[T], identity: Callable[[T], str], on_page: OnPage | None) -> dict[str, T] | None:
    """One reading from the first page to the last, by identity; None when the list is not proved whole."""
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
            return None  # the total changed, or a page brought only what we had: the list moved under us
        if not entries or (page.total_pages is not None and number >= page.total_pages):
            return found if not totals or totals == {len(found)} else None
        number += 1
