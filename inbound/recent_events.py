"""Remembers the events that were delivered, so that an event that comes again is ignored."""

from collections import OrderedDict

MAX_EVENTS = 20_000
"""A replayed event is recognized by it for minutes. After that its signature is too old anyway."""


class RecentEvents:
    """The keys of the newest events. The oldest are forgotten first."""

    def __init__(self, max_events: int = MAX_EVENTS) -> None:
        self._max_events = max_events
        self._keys: OrderedDict[tuple[str, str], None] = OrderedDict()

    def __contains__(self, key: tuple[str, str]) -> bool:
        return key in self._keys

    def add(self, key: tuple[str, str]) -> None:
        """Remember a key, and forget the oldest when there are too many."""
        self._keys[key] = None
        self._keys.move_to_end(key)
        if len(self._keys) > self._max_events:
            self._keys.popitem(last=False)
