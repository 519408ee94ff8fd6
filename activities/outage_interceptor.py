"""Telnyx has not answered for long: noticed beside every activity that calls it, and told once for an account.

An activity fails with `TryLater` or `OutcomeUnknown` while Telnyx does not answer, and is tried again. This stands
around all of them, so that none has to think of it.

    fails for the first time ─────────────► the instant is noted in its heartbeat
    fails, and was noted long ago ────────► the account's workflow is told
    gets an answer ───────────────────────► the note is taken back
    waited for long until a worker came ──► the note says nothing of that time: it begins anew

The note stands behind whatever an activity leaves in its heartbeats itself, which never sees it; a workflow that reads
what a dying worker left takes it off. A note that such a worker takes along costs the report some time, nothing else.
"""

import dataclasses
from datetime import datetime, timedelta
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.worker import (
    ActivityInboundInterceptor,
    ActivityOutboundInterceptor,
    ExecuteActivityInput,
    Interceptor,
)

from activities.ports import AccountWorkflow
from domain.heartbeat_notes import outage_note, split_outage_note

_SILENT = frozenset({"TryLater", "OutcomeUnknown"})


class OutageInterceptor(Interceptor):
    """Listens to the activities of a worker."""

    def __init__(self, account_workflow: AccountWorkflow, after: timedelta) -> None:
        """`after` is how long Telnyx may be silent before people are told."""
        self._account_workflow = account_workflow
        self._after = after

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002 - the name is the SDK's
        """Put the listener in front of the activity."""
        return _Listener(next, self._account_workflow, self._after)


class _Heartbeats(ActivityOutboundInterceptor):
    """The heartbeats of an attempt: what the activity leaves in them, and behind that the note."""

    def __init__(self, outbound: ActivityOutboundInterceptor) -> None:
        super().__init__(outbound)
        info = outbound.info()
        self._left, self.silent_since = split_outage_note(info.heartbeat_details)
        self._info = dataclasses.replace(info, heartbeat_details=self._left)

    def info(self) -> activity.Info:
        """What the activity learns of itself, without the note."""
        return self._info

    def heartbeat(self, *details: Any) -> None:
        """A heartbeat of the activity, with the note."""
        self._left = details
        note = [outage_note(self.silent_since)] if self.silent_since else []
        super().heartbeat(*details, *note)

    def note(self, silent_since: datetime | None) -> None:
        """Leave another note, or none; what the activity left stays."""
        if silent_since != self.silent_since:
            self.silent_since = silent_since
            self.heartbeat(*self._left)


class _Listener(ActivityInboundInterceptor):
    """Hears how an attempt ends."""

    def __init__(self, inner: ActivityInboundInterceptor, account_workflow: AccountWorkflow, after: timedelta) -> None:
        super().__init__(inner)
        self._account_workflow = account_workflow
        self._after = after

    def init(self, outbound: ActivityOutboundInterceptor) -> None:
        """Stand between the activity and its heartbeats."""
        self._heartbeats = _Heartbeats(outbound)
        super().init(self._heartbeats)

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002 - the name is the SDK's
        """Do the activity; its answer and its failure stay what they are."""
        try:
            return await super().execute_activity(input)
        except ApplicationError as failure:
            if failure.type in _SILENT:
                await self._hear_nothing(input)
            else:
                self._heartbeats.note(None)  # it answered: the next silence is another one
            raise

    async def _hear_nothing(self, input_: ExecuteActivityInput) -> None:
        info, account = self._heartbeats.info(), getattr(input_.args[0], "account", None) if input_.args else None
        unattended = info.started_time - info.current_attempt_scheduled_time
        noted = self._heartbeats.silent_since if unattended < self._after else None
        since = noted or info.started_time
        self._heartbeats.note(since)
        if account is not None and info.started_time - since >= self._after:
            await self._account_workflow.report_outage(account, since)
