"""Notices that Telnyx has not answered for a long time, and reports that once for an account.

Activities that call Telnyx fail with `TryLater` or `OutcomeUnknown` while it does not answer, and are tried again. What
a proxy or gateway answers in its place is no answer of Telnyx. The interceptor stands around all of them, so that no
activity has to count:

    fails for the first time ────────────────────► the instant goes into the outage note of its heartbeat
    fails, and the note is old enough ───────────► the outage is reported to the account's workflow
    gets any answer ─────────────────────────────► the note is removed
    waited for a worker for longer than that ────► the old note says nothing, and a new one begins

The note follows whatever the activity leaves in its heartbeat itself. The activity never sees it, and a workflow that
reads the heartbeat of a dead worker removes it (see `domain.heartbeats`). When it is lost with a worker, the
report comes later, and nothing else happens.
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
from domain.heartbeats import outage_note, split_outage_note

_UNANSWERED = frozenset({"TryLater", "OutcomeUnknown"})


class OutageInterceptor(Interceptor):
    """Watches the activities of a worker for an outage of Telnyx."""

    def __init__(self, account_workflow: AccountWorkflow, after: timedelta) -> None:
        """`after` is how long Telnyx must not answer before that is reported."""
        self._account_workflow = account_workflow
        self._after = after

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002 - the name is the SDK's
        """Watch one attempt of an activity."""
        return _AttemptWatch(next, self._account_workflow, self._after)


class _Heartbeats(ActivityOutboundInterceptor):
    """The heartbeats of an attempt: the activity's own details, then the outage note."""

    def __init__(self, outbound: ActivityOutboundInterceptor) -> None:
        super().__init__(outbound)
        info = outbound.info()
        self._details, self.outage_since = split_outage_note(info.heartbeat_details)
        self._info = dataclasses.replace(info, heartbeat_details=self._details)

    def info(self) -> activity.Info:
        """What the activity learns of itself, without the note."""
        return self._info

    def heartbeat(self, *details: Any) -> None:
        """Send the activity's heartbeat, with the note. The server knows of no local activity, so that sends none."""
        if self._info.is_local:
            return
        self._details = details
        note = [outage_note(self.outage_since)] if self.outage_since else []
        super().heartbeat(*details, *note)

    def change_note(self, outage_since: datetime | None) -> None:
        """Leave another note, or none. The activity's own details stay."""
        if outage_since != self.outage_since:
            self.outage_since = outage_since
            self.heartbeat(*self._details)


class _AttemptWatch(ActivityInboundInterceptor):
    """Looks at how an attempt ends."""

    def __init__(self, inner: ActivityInboundInterceptor, account_workflow: AccountWorkflow, after: timedelta) -> None:
        super().__init__(inner)
        self._account_workflow = account_workflow
        self._after = after

    def init(self, outbound: ActivityOutboundInterceptor) -> None:
        """Stand between the activity and its heartbeats."""
        self._heartbeats = _Heartbeats(outbound)
        super().init(self._heartbeats)

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002 - the name is the SDK's
        """Run the activity. Its answer and its failure stay as they are."""
        try:
            return await super().execute_activity(input)
        except ApplicationError as failure:
            if failure.type in _UNANSWERED:
                await self._record_failure(input, failure.message)
            else:
                self._heartbeats.change_note(None)  # Telnyx answered, so the next failure begins another outage
            raise

    async def _record_failure(self, input_: ExecuteActivityInput, because: str) -> None:
        info, account = self._heartbeats.info(), getattr(input_.args[0], "account", None) if input_.args else None
        wait_for_worker = info.started_time - info.current_attempt_scheduled_time
        noted = self._heartbeats.outage_since if wait_for_worker < self._after else None
        since = noted or info.started_time
        self._heartbeats.change_note(since)
        if account is not None and info.started_time - since >= self._after:
            await self._account_workflow.report_outage(account, since, because)
