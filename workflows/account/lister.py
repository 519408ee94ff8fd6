"""Keeps the lister running, which reads the account's list of orders: the requests' own watches rarely have to.

It begins when a request claims numbers, and ends when no order is under watch. It rests while the account is stopped.
"""

from typing import TYPE_CHECKING

from temporalio import workflow

from domain.listing import WatchList
from workflows import activity_options
from workflows.account.state import AccountState
from workflows.foreign_results import is_foreign_result
from workflows.telnyx_queue import telnyx_poll

if TYPE_CHECKING:
    import asyncio

with workflow.unsafe.imports_passed_through():
    from activities.watch_list import WatchListActivities


class Lister:
    """Runs while the account is not stopped and may have orders under watch."""

    def __init__(self, account: str, state: AccountState) -> None:
        self._account = account
        self._state = state
        self._reading: workflow.ActivityHandle[None] | None = None

    @property
    def is_due(self) -> bool:
        """Whether the lister must be started or stopped."""
        return self._is_wanted != (self._reading is not None)

    def keep_on(self) -> None:
        """Start the lister when it is wanted, and stop it when it is not."""
        if not self._is_wanted:
            self._stop()
        elif self._reading is None:
            self._begin()

    @property
    def _is_wanted(self) -> bool:
        return self._state.stop is None and (self._state.is_listed or self._state.claimed_since_listing)

    def _stop(self) -> None:
        reading, self._reading = self._reading, None
        if reading is not None:
            reading.cancel()

    def _begin(self) -> None:
        self._state.is_listed, self._state.claimed_since_listing = True, False
        self._reading = workflow.start_activity_method(
            WatchListActivities.watch_list,
            WatchList(account=self._account),
            summary="read the list of orders now and then, and hint the requests whose order changed",
            **telnyx_poll(self._account),
            **activity_options.LISTER.options(),
        )
        self._reading.add_done_callback(self._on_return)

    def _on_return(self, reading: "asyncio.Future[None]") -> None:
        """The lister found nothing under watch, or someone else ended it. Its error is read, or asyncio reports it."""
        error = None if reading.cancelled() else reading.exception()
        if self._reading is reading:
            self._reading = None
            self._state.is_listed = is_foreign_result(error)
