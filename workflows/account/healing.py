"""A stop heals by itself: a probe asks Telnyx now and then, then one request goes first, and then all others follow.

    stopped ──► the probe retries ──► Telnyx answers ──► trial: one request makes the call that was refused
                      ▲                                       │ refused again within minutes
                      └───────────── later than before ───────┤
                                                              │ not refused
                                                              └──► resumed, people are notified

A probe is a cheap read. It shows that the key works, but not that the balance is enough for an order. Only the call
that was refused shows that, so one request repeats it before anyone is told that the account works
(docs/decisions/0021-a-stop-heals-by-itself.md).
"""

from typing import TYPE_CHECKING

from temporalio import workflow

from domain.accounts import ProbeAccount
from workflows import activity_options
from workflows.account.state import AccountState
from workflows.foreign_results import is_foreign_result
from workflows.telnyx_queue import telnyx_poll

if TYPE_CHECKING:
    import asyncio

with workflow.unsafe.imports_passed_through():
    from activities.probe_account import ProbeActivities


class Healing:
    """Keeps the probe running while the account is stopped and no trial is under way."""

    def __init__(self, account: str, state: AccountState) -> None:
        self._account = account
        self._state = state
        self._probe: workflow.ActivityHandle[None] | None = None

    @property
    def is_due(self) -> bool:
        """Whether the probe must be started or stopped, or has returned."""
        return self.has_returned or self._is_wanted != (self._probe is not None)

    @property
    def has_returned(self) -> bool:
        """Whether Telnyx answered the account."""
        return self._probe is not None and self._probe.done()

    def keep_on(self) -> None:
        """Start the probe when one is wanted, and stop it when none is: a person resumed the account."""
        if not self._is_wanted:
            self.stop()
        elif self._probe is None:
            self._begin()

    def stop(self) -> None:
        """Forget the probe, and cancel it if it still runs."""
        if self._probe is not None and not self._probe.done():
            self._probe.cancel()
        self._probe = None

    @property
    def _is_wanted(self) -> bool:
        return self._state.stop is not None and self._state.stop.trial_since is None

    def _begin(self) -> None:
        stop = self._state.stop
        if stop is None:
            return
        stop.heals = True
        self._probe = workflow.start_activity_method(
            ProbeActivities.probe_account,
            ProbeAccount(account=self._account, failed_trials=stop.failed_trials),
            summary="ask now and then whether Telnyx accepts the account again",
            **telnyx_poll(self._account),
            **activity_options.PROBE.options(),
        )
        self._probe.add_done_callback(self._on_return)

    def _on_return(self, probe: "asyncio.Future[None]") -> None:
        """Forget a probe that someone else ended. Its error is read, since asyncio reports one that is not."""
        error = None if probe.cancelled() else probe.exception()
        if is_foreign_result(error) and self._probe is probe:
            self._probe = None
