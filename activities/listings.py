"""What this worker's listers saw last, for the watches on the same worker.

A watch that polls only to be safe needs no call when the list has just shown its order unchanged. Nothing is concluded
from that: the watch goes on as before.
"""

from datetime import datetime, timedelta

COUNTS_FOR = 6
"""For so many poll intervals a listing counts. With two workers each misses every second listing."""


class Listings:
    """The last listing of each account. It may be lost at any time: then the watches read their orders."""

    def __init__(self, poll_interval: float) -> None:
        self.poll_interval = poll_interval
        """Seconds between two listings."""
        self._counts_for = timedelta(seconds=COUNTS_FOR * poll_interval)
        self._last: dict[str, tuple[datetime, dict[str, str]]] = {}

    def keep(self, account: str, at: datetime, marks: dict[str, str]) -> None:
        """A whole reading that began at an instant showed these marks, by order id."""
        self._last[account] = (at, marks)

    def shows(self, account: str, order_id: str, mark: str, *, after: datetime, now: datetime) -> bool:
        """Whether a recent listing that began after an instant showed the order with this mark."""
        at, marks = self._last.get(account, (after, {}))
        return after < at and now - at <= self._counts_for and marks.get(order_id) == mark
