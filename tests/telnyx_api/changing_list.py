"""A list at Telnyx that changes between the pages of a reading."""

from collections.abc import Callable, Iterable, Sequence

from telnyx_api.pagination import Reading, Window
from telnyx_api.replies import Page

Change = Callable[[list[str]], None]


def page_of(entries: Sequence[str], window: Window) -> tuple[list[tuple[str, str]], Page]:
    """The entries of a page, and what Telnyx says about it."""
    pages = -(-len(entries) // window.size)
    rows = [(entry, entry) for entry in entries[window.start : window.end]]
    return rows, Page(total_pages=pages, total_results=len(entries))


def read(entries: list[str], changes: Iterable[Change], limit: int) -> tuple[Reading[str], int]:
    """Read a list that makes one of the changes after each page. Returns the reading, and how many pages it took."""
    reading, pages, remaining = Reading[str](limit), 0, iter(changes)
    while not reading.is_over:
        reading.add(*page_of(entries, reading.window))
        pages += 1
        next(remaining, _rest)(entries)
    return reading, pages


def _rest(_entries: list[str]) -> None:
    """The list holds still."""


def insert(place: int, *names: str) -> Change:
    """New entries at a place."""

    def change(entries: list[str]) -> None:
        entries[place:place] = names

    return change


def remove(*names: str) -> Change:
    """Entries that Telnyx does not show any more."""

    def change(entries: list[str]) -> None:
        entries[:] = [entry for entry in entries if entry not in names]

    return change


def move(name: str, place: int) -> Change:
    """An entry that changes its place, as when a list is sorted by the last change of its entries."""

    def change(entries: list[str]) -> None:
        entries.remove(name)
        entries.insert(place if place >= 0 else len(entries), name)

    return change


def both(*changes: Change) -> Change:
    """Several changes between two pages."""

    def change(entries: list[str]) -> None:
        for one in changes:
            one(entries)

    return change
