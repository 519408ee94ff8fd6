"""Lets the requests go on that waited for the account: one alone in a trial, or all of them, some at a time."""

import asyncio
from datetime import datetime

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from domain.messages import AccountResumed
from domain.names import reference_of
from workflows import activity_options
from workflows.account.state import AccountState, Stop


class Waking:
    """Signals requests, and keeps in the state which of them are yet to be woken."""

    def __init__(self, account: str, state: AccountState) -> None:
        self._account = account
        self._state = state

    @property
    def next_batch(self) -> datetime | None:
        """When the next requests are to be woken; None when there are none."""
        if self._state.stop or not self._state.waking:
            return None
        return self._state.next_batch or workflow.now()

    async def wake_some(self) -> None:
        """Tell some waiting requests that the account works again. The others follow unless trouble comes back."""
        state, at_once = self._state, activity_options.WOKEN_AT_ONCE
        some, state.waking = state.waking[:at_once], state.waking[at_once:]
        state.next_batch = workflow.now() + activity_options.BETWEEN_WAKINGS
        message = AccountResumed(account=self._account, by=state.resumed_by)
        await asyncio.gather(*(_wake(workflow_id, message) for workflow_id in some))

    async def begin_trial(self, stop: Stop) -> None:
        """Telnyx answers the account: one waiting request goes first. Without any, nothing remains to be tried."""
        state, stop.trial_since = self._state, workflow.now()
        while state.waiting:
            first = state.waiting.pop(0)
            if await _wake(first, AccountResumed(account=self._account, trial=True)):
                state.record_event(workflow.now(), f"Telnyx answers again. {reference_of(first)} goes first.")
                return
        if state.stop is stop:
            state.heal(workflow.now())


async def _wake(workflow_id: str, message: AccountResumed) -> bool:
    """False when the request has closed meanwhile."""
    request = workflow.get_external_workflow_handle(workflow_id)
    try:
        await request.signal("account_resumed", message)
    except ApplicationError:
        workflow.logger.info("%s has closed meanwhile", workflow_id)
        return False
    return True
