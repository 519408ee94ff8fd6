"""What is kept of a long list: the entries about a few names, found by name.

An account may have 50,000 orders, and a reading wants those that name one of a few numbers. The others are counted by
their identity and never become a model, which takes five times as long.
"""

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

T = TypeVar("T")

Names = frozenset[str] | None
"""The ids and phone numbers that are asked about; None: everything is wanted."""


def join_names(asked: Iterable[Names]) -> Names:
    """The names that any of the askers wants."""
    together: set[str] = set()
    for names in asked:
        if names is None:
            return None
        together |= names
    return frozenset(together)


class Entries(Generic[T]):
    """The entries of one reading that someone wants, found by name."""

    def __init__(self, entries: Iterable[T], names_of: Callable[[T], Iterable[str]]) -> None:
        self._entries = list(entries)
        self._places: dict[str, list[int]] = {}
        for place, entry in enumerate(self._entries):
            for name in names_of(entry):
                self._places.setdefault(name, []).append(place)

    def about(self, names: Names) -> list[T]:
        """The entries with one of the names, in the order of the list."""
        if names is None:
            return list(self._entries)
        places = {place for name in names for place in self._places.get(name, ())}
        return [self._entries[place] for place in sorted(places)]
