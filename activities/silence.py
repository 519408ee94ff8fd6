"""Telnyx has not answered for long: noticed beside every activity that calls it, and told once for an account.

An activity fails with `TryLater` or `OutcomeUnknown` while Telnyx does not answer, and is tried again. This stands
around all of them, so that none has to think of it.

    fails, and was scheduled long ago ───► the account's workflow is told
    a watch fails for the first time ────► the instant is noted in its heartbeat, since a watch lives for days
    a watch gets an answer ──────────────► the note is taken back

A note that a dying worker takes along costs the report some time, and nothing else.
"""

from datetime import datetime, timedelta
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from activities.ports import AccountDesk

_SILENT = frozenset({"TryLater", "OutcomeUnknown"})
_LIVES_LONG = "watch_order"
_NOTE = "no answer since"


class SilenceInterceptor(Interceptor):
    """Listens to the activities of a worker."""

    def __init__(self, desk: AccountDesk, after: timedelta) -> None:
        """`after` is how long Telnyx may be silent before people are told."""
        self._desk = desk
        self._after = after

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002 - the name is the SDK's
        """Put the listener in front of the activity."""
        return _Listener(next, self._desk, self._after)


class _Listener(ActivityInboundInterceptor):
    """Hears how an attempt ends."""

    def __init__(self, inner: ActivityInboundInterceptor, desk: AccountDesk, after: timedelta) -> None:
        super().__init__(inner)
        self._desk = desk
        self._after = after

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002 - the name is the SDK's
        """Do the activity; its answer and its failure stay what they are."""
        noted = _noted()
        try:
            return await super().execute_activity(input)
        except ApplicationError as failure:
            if failure.type in _SILENT:
                await self._hear_nothing(input, noted)
            elif noted is not None:
                activity.heartbeat()  # it answered: the next silence is another one
            raise

    async def _hear_nothing(self, input_: ExecuteActivityInput, noted: datetime | None) -> None:
        info, account = activity.info(), getattr(input_.args[0], "account", None) if input_.args else None
        since = noted or (info.started_time if info.activity_type == _LIVES_LONG else info.scheduled_time)
        if info.activity_type == _LIVES_LONG:
            activity.heartbeat(_NOTE, since.isoformat())
        if account is not None and info.started_time - since >= self._after:
            await self._desk.silent(account, since)


def _noted() -> datetime | None:
    details = list(activity.info().heartbeat_details)
    if len(details) == 2 and details[0] == _NOTE:  # noqa: PLR2004 - word and instant
        return datetime.fromisoformat(details[1])
    return None
