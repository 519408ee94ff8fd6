"""How a request calls its activities: every activity is started here, by the watch or as a local activity."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, FailureError, is_cancelled_exception
from temporalio.exceptions import TimeoutError as TimedOut

from domain.heartbeats import split_outage_note
from domain.messages import HostingRequest, Message
from workflows.activity_options import ANSWER_WITHIN, FIRST_RETRY, LOCAL_TRY, PROMPT, ActivityOptions
from workflows.foreign_results import is_foreign_result
from workflows.request.inbox import Inbox
from workflows.telnyx_queue import request_call

In = TypeVar("In", bound=Message)
Out = TypeVar("Out")
Method = Callable[[Any, In], Awaitable[Out]]


class ActivityCalls:
    """Starts activities and waits for them, without letting the sender of a message wait for too long.

    Args:
        given: what was asked for.
        inbox: whose senders wait.
        on_cancel: called when a cancel interrupts a call, whose end is awaited all the same.
    """

    def __init__(self, given: HostingRequest, inbox: Inbox, on_cancel: Callable[[], None]) -> None:
        self._given = given
        self._inbox = inbox
        self._on_cancel = on_cancel
        self.cancel_wanted = False
        self._cleaning_up = False

    async def telnyx(self, method: Method[In, Out], work: In, options: ActivityOptions, summary: str) -> Out:
        """Run an activity that calls Telnyx.

        A cancel meanwhile does not lose the result: an order that was placed must be known to be removed. So the caller
        checks with `stop_if_cancelled` afterwards.
        """
        where = request_call(self._given)
        start = workflow.start_activity_method
        return await self._result_of(start, method, work, summary=summary, **where, **options.options())

    async def own_queue(self, method: Method[In, Out], work: In, options: ActivityOptions, summary: str) -> Out:
        """Run an activity on the worker's own queue."""
        start = workflow.start_activity_method
        result: Out = await self._result_of(start, method, work, summary=summary, **options.options())
        self.stop_if_cancelled()
        return result

    async def try_once_then_persist(
        self,
        method: Method[In, Out],
        work: In,
        options: ActivityOptions,
        summary: str,
        *,
        in_trouble: Callable[[], None],
    ) -> Out:
        """Run an activity that calls Telnyx and usually succeeds at once.

        It is tried once. Only when that fails `in_trouble` is called, to tell a waiting sender and to show where the
        request is stuck (each upsert costs the server an event). Then it is tried for as long as `options` say.
        """
        try:
            if options.tried_locally and not self._given.limited:  # a local activity passes the rate limit by
                result = await self._local(method, work, summary)
            else:
                result = await self.telnyx(method, work, PROMPT, summary)
        except FailureError as error:
            if is_cancelled_exception(error):
                raise
            in_trouble()
            # A local activity fails with its own error, any other with one around it.
            cause = error.cause if isinstance(error, ActivityError) else error
            await self._pause(_delay_named(cause), f"try again to {summary}")
            result = await self.telnyx(method, _left_by(cause, work), options, f"{summary}, again")
        self.stop_if_cancelled()
        return result

    async def _local(self, method: Method[In, Out], work: In, summary: str) -> Out:
        return await self._result_of(workflow.start_local_activity_method, method, work, summary=summary, **LOCAL_TRY)

    def stop_if_cancelled(self) -> None:
        """Obey a cancel that the last await did not deliver.

        An activity that is not interrupted returns its result although the workflow was cancelled. The cancel is gone
        then, and without this check no code would ever see it again.
        """
        if not self._cleaning_up and (self.cancel_wanted or workflow.cancellation_reason() is not None):
            raise asyncio.CancelledError

    def ignore_cancel(self) -> None:
        """From here on the request cleans up, and no cancel stops that."""
        self._cleaning_up = True

    async def _result_of(self, start: Callable[..., Any], method: Method[In, Out], work: In, **options: Any) -> Out:
        """The result of the worker. While others give it a result, the activity is called again."""
        while True:
            call: workflow.ActivityHandle[Out] = start(method, work, **options)
            try:
                return await self._finished(call)
            except ActivityError as error:
                if not is_foreign_result(error):
                    raise
            work = _again(work)

    async def _finished(self, work: workflow.ActivityHandle[Out]) -> Out:
        try:
            await self._wait_answering_senders(work)
        except asyncio.CancelledError:
            self._on_cancel()
            work.cancel()
            await _wait_until_done(work)
            if work.cancelled() or work.exception() is not None:
                raise  # a try that fails after the cancel fails for good, with its own error
        return work.result()

    async def _pause(self, delay: timedelta, summary: str) -> None:
        pause = asyncio.ensure_future(workflow.sleep(delay, summary=summary))
        try:
            await self._wait_answering_senders(pause)
        finally:
            pause.cancel()

    async def _wait_answering_senders(self, work: "asyncio.Future[Any]") -> None:
        """Wait. Each sender of a message is told in time that it is kept, however long it waited before."""
        begun = workflow.now()
        while not work.done():
            await workflow.wait_condition(lambda: work.done() or self._inbox.kept_waiting_since(begun) is not None)
            since = self._inbox.kept_waiting_since(begun)
            if work.done() or since is None:
                continue
            left = since + ANSWER_WITHIN - workflow.now()
            try:
                await workflow.wait_condition(work.done, timeout=max(left, timedelta()))
            except TimeoutError:
                self._inbox.tell_kept()


def _again(work: In) -> In:
    """The work of a second call, which must reckon with what the first one did."""
    afresh = {"started_afresh": True} if "started_afresh" in type(work).model_fields else {}
    return work.model_copy(update=afresh)


def _delay_named(cause: BaseException | None) -> timedelta:
    """The delay that the failed try asked for, such as the one in Telnyx's headers."""
    named = cause.next_retry_delay if isinstance(cause, ApplicationError) else None
    return named or FIRST_RETRY


def _left_by(cause: BaseException | None, work: In) -> In:
    """The work as the failed try left it for the next one. A dead worker left it in its last heartbeat."""
    left = split_outage_note(cause.last_heartbeat_details)[0] if isinstance(cause, TimedOut) else ()
    return type(work).model_validate(left[0]) if left else work


async def _wait_until_done(work: workflow.ActivityHandle[Any]) -> None:
    """Wait for an activity that is being cancelled. A second cancel changes nothing."""
    while not work.done():
        try:
            await workflow.wait_condition(work.done)
        except asyncio.CancelledError:
            continue


async def shielded(work: Awaitable[None]) -> None:
    """Do work to its end although the workflow is cancelled meanwhile: a clean-up is not interrupted."""
    task = asyncio.ensure_future(work)
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled():
                raise
    task.result()  # a failure at the very moment of a cancel must not be lost
