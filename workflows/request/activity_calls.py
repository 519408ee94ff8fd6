"""How the workflow has work done: every activity is started here or by the watch."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import Priority
from temporalio.exceptions import ActivityError, ApplicationError, is_cancelled_exception
from temporalio.exceptions import TimeoutError as TimedOut

from domain.heartbeat_notes import split_outage_note
from domain.messages import Message
from workflows.activity_options import ANSWER_WITHIN, FIRST_RETRY, PROMPT, ActivityOptions
from workflows.request.inbox import Inbox

_LATER = 4
"""After everything else: what names no priority has 3, and 1 goes first."""

In = TypeVar("In", bound=Message)
Out = TypeVar("Out")
Step = Callable[[Any, In], Awaitable[Out]]


def telnyx_queue() -> str:
    """The queue of every call to Telnyx, next to the one this workflow runs on."""
    return f"{workflow.info().task_queue}-telnyx"


def fairness(account: str) -> Priority:
    """One account's flood must not hold up another's calls; the server can limit the rate of each key."""
    return Priority(fairness_key=account)


def unhurried(account: str) -> Priority:
    """For what can wait: thousands of looks at orders that are due must not hold up the code that a person typed."""
    return Priority(priority_key=_LATER, fairness_key=account)


class Calls:
    """Starts activities and waits for them, without letting a letter's sender wait for too long."""

    def __init__(self, account: str, inbox: Inbox) -> None:
        self._account = account
        self._inbox = inbox
        self.cancel_wanted = False
        self._cleaning_up = False

    async def telnyx(self, step: Step[In, Out], work: In, limits: ActivityOptions, summary: str) -> Out:
        """Have a step done that calls Telnyx.

        When the request is cancelled meanwhile the result is given all the same if there is one: an order that was
        placed has to be known to be removed. So whoever calls this looks with `stop_if_cancelled` afterwards.
        """
        return await self._wait_for(
            workflow.start_activity_method(
                step,
                work,
                task_queue=telnyx_queue(),
                priority=fairness(self._account),
                summary=summary,
                **limits.options(),
            ),
        )

    async def local(self, step: Step[In, Out], work: In, limits: ActivityOptions, summary: str) -> Out:
        """Have a step done on the worker's own queue."""
        result: Out = await self._wait_for(
            workflow.start_activity_method(step, work, summary=summary, **limits.options())
        )
        self.stop_if_cancelled()
        return result

    async def try_once_then_persist(
        self, step: Step[In, Out], work: In, limits: ActivityOptions, summary: str, *, in_trouble: Callable[[], None]
    ) -> Out:
        """Have a step done that calls Telnyx, and which usually goes through at once.

        It is tried once first. Only when that fails `in_trouble` is called, to tell whoever waits and to show where
        the request is stuck (each upsert costs the server an event); then it is tried for as long as `limits` say.
        """
        try:
            result = await self.telnyx(step, work, PROMPT, summary)
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            in_trouble()
            await self._pause(_delay_named(error), f"try again to {summary}")
            result = await self.telnyx(step, _left_by(error, work), limits, f"{summary}, again")
        self.stop_if_cancelled()
        return result

    def stop_if_cancelled(self) -> None:
        """Obey a cancel that the last await did not deliver.

        An activity that is not interrupted returns its result although the workflow was cancelled, and the cancel is
        gone; nobody would ever see it again.
        """
        if not self._cleaning_up and (self.cancel_wanted or workflow.cancellation_reason() is not None):
            raise asyncio.CancelledError

    def ignore_cancel(self) -> None:
        """From here on everything is cleaning up, which no cancel stops."""
        self._cleaning_up = True

    async def _wait_for(self, work: workflow.ActivityHandle[Out]) -> Out:
        try:
            await self._patiently(work)
        except asyncio.CancelledError:
            work.cancel()
            await _settled(work)
            if work.cancelled() or work.exception() is not None:
                raise  # a try that fails after the cancel fails for good, with its own error
        return work.result()

    async def _pause(self, delay: timedelta, summary: str) -> None:
        pause = asyncio.ensure_future(workflow.sleep(delay, summary=summary))
        try:
            await self._patiently(pause)
        finally:
            pause.cancel()

    async def _patiently(self, work: "asyncio.Future[Any]") -> None:
        """Wait; whoever writes meanwhile is told in time that the letter is kept, whatever it waited for before."""
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


def _delay_named(error: ActivityError) -> timedelta:
    """The delay that the failed try asked for, such as the one in Telnyx's headers."""
    cause = error.cause
    named = cause.next_retry_delay if isinstance(cause, ApplicationError) else None
    return named or FIRST_RETRY


def _left_by(error: ActivityError, work: In) -> In:
    """The work as the failed try left it for the next one: in its last heartbeat, when its worker died."""
    cause = error.cause
    left = split_outage_note(cause.last_heartbeat_details)[0] if isinstance(cause, TimedOut) else ()
    return type(work).model_validate(left[0]) if left else work


async def _settled(work: workflow.ActivityHandle[Any]) -> None:
    """Wait for an activity that is being cancelled; a second cancel changes nothing."""
    while not work.done():
        try:
            await workflow.wait_condition(work.done)
        except asyncio.CancelledError:
            continue


async def shielded(work: Awaitable[None]) -> None:
    """Do work to its end although the workflow is cancelled meanwhile: cleaning up is not interrupted."""
    task = asyncio.ensure_future(work)
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled():
                raise
    task.result()  # a failure in the very moment of a cancel must not be lost
