"""Webhooks are hints that the order is worth reading now. They are never believed, and a flood of them costs little."""

from datetime import datetime, timedelta

from temporalio import workflow

from domain import delays

_EVERY = timedelta(seconds=delays.HINTS_EVERY)


class Hints:
    """Remembers that a hint came until the order is read for it."""

    def __init__(self) -> None:
        self._hinted = False
        self._last_look: datetime | None = None

    def hear(self) -> None:
        """A hint came."""
        self._hinted = True

    @property
    def heard(self) -> bool:
        """Whether a hint came after the last look."""
        return self._hinted

    @property
    def next_look(self) -> datetime | None:
        """When the order may be read for the hint; None without one."""
        if not self._hinted:
            return None
        return self._last_look + _EVERY if self._last_look else workflow.now()

    @property
    def is_due(self) -> bool:
        """Whether it may be read now."""
        next_look = self.next_look
        return next_look is not None and next_look <= workflow.now()

    def looked(self) -> None:
        """The order is being read."""
        self._hinted, self._last_look = False, workflow.now()
