"""Remembers the events that were dealt with, so that the same one, sent twice or replayed, does nothing more."""

from collections import OrderedDict

MOST = 20_000
"""Events kept in mind; a replay is possible for minutes only, after that its signature is too old."""


class Recent:
    """The newest keys that were put in; the oldest are forgotten first."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._keys: OrderedDict[tuple[str, str], None] = OrderedDict()

    def __contains__(self, key: tuple[str, str]) -> bool:
        return key in self._keys

    def add(self, key: tuple[str, str]) -> None:
        """Remembers one key, and forgets the oldest when there are too many."""
        self._keys[key] = None
        self._keys.move_to_end(key)
        if len(self._keys) > self._most:
            self._keys.popitem(last=False)
