"""One request of a story as its people see it: they look, send messages, and remember what they were asked."""

import asyncio
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from temporalio.client import (
    WorkflowExecutionStatus,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
    WorkflowUpdateStage,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from domain import names
from domain.messages import Answer, AskView, HostingRequest, Message, Options, Progress
from services.updates import UPDATES
from tests.property.environment import StoryEnvironment
from tests.property.growth import HistoryMark
from tests.property.rules import Rule, Violation
from tests.property.stories import RequestPlan
from tests.workflows.telnyx_side import PROFILE

IN_TIME = 10.0
"""Real seconds within which the server, the worker and a query must react."""
AT_ONCE = 0.25
"""Real seconds after which an update without an answer waits for something of the story."""
PROMISED = 46.0
"""Seconds of the story within which every update is answered, with one to spare."""


@dataclass
class Request:
    """One request.

    Attributes:
        called_active: numbers that a person answered to count as active.
        reordered: numbers whose order a person gave up for a new one.
        keeps_waiting: whether a person chose to wait for what may never change.
        asked: what was asked, with the id of the ask and the state of the world then.
        mark: its history when it was last looked at.
        updates_sent: one person who helps may send several.
    """

    env: StoryEnvironment
    plan: RequestPlan
    reference: str
    handle: "WorkflowHandle[Any, Progress]"
    called_active: set[str] = field(default_factory=set)
    reordered: set[str] = field(default_factory=set)
    keeps_waiting: bool = False
    asked: dict[tuple[Any, ...], tuple[str, Any]] = field(default_factory=dict)
    mark: HistoryMark = field(default_factory=HistoryMark)
    result: Progress | None = None
    violations: list[Violation] = field(default_factory=list)
    updates_sent: int = 0

    @classmethod
    async def start(cls, env: StoryEnvironment, plan: RequestPlan) -> "Request":
        """Start a request as planned."""
        reference = f"r-{uuid.uuid4().hex[:10]}"
        request = HostingRequest(
            reference=reference,
            messaging_profile_id=PROFILE,
            phone_numbers=list(plan.phone_numbers),
            account=env.account,
            options=Options(all_or_nothing=plan.all_or_nothing, internal_transfer=plan.internal_transfer),
            by="test",
            **(await env.documents(reference, "loa", "bill") if plan.documents else {}),
        )
        handle = await env.client.start_workflow(
            names.WORKFLOW_TYPE,
            request,
            id=names.workflow_id(reference),
            task_queue=env.queue,
            result_type=Progress,
        )
        return cls(env, plan, reference, handle)

    # Looking

    async def look(self) -> Progress:
        """What the request shows, open or closed."""
        async with asyncio.timeout(IN_TIME):
            progress: Progress = await self.handle.query(names.PROGRESS_QUERY, result_type=Progress)
        return progress

    async def is_open(self) -> bool:
        """Whether the request still runs. The result is kept once it does not."""
        if self.result is None and (await self.handle.describe()).status is not WorkflowExecutionStatus.RUNNING:
            with self.env.server.auto_time_skipping_disabled():  # or the clock would jump for all the others
                async with asyncio.timeout(IN_TIME):
                    self.result = await self.handle.result()
        return self.result is None

    # Sending

    async def send(self, message: Message) -> Answer | None:
        """Send a message. None when it was refused or the request is closed."""
        update = UPDATES[type(message)]
        self.updates_sent += 1
        try:
            sent = await self.handle.start_update(
                update,
                message,
                wait_for_stage=WorkflowUpdateStage.ACCEPTED,
                result_type=Answer,
                rpc_timeout=timedelta(seconds=IN_TIME),
            )
            return await self._answered(asyncio.ensure_future(sent.result()), update)
        except WorkflowUpdateFailedError as error:
            self._refused(update, error)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND or await self.is_open():
                raise
        except WorkflowUpdateRPCTimeoutOrCancelledError:
            raise TimeoutError(f"the update {update} was not accepted within {IN_TIME} s") from None
        return None

    async def _answered(self, answer: "asyncio.Future[Answer]", update: str) -> Answer | None:
        await asyncio.wait({answer}, timeout=AT_ONCE)
        if not answer.done():
            await self.env.clock.advance(PROMISED)
            await asyncio.wait({answer}, timeout=IN_TIME)
        if not answer.done():
            answer.cancel()
            raise TimeoutError(f"the update {update} was not answered within {PROMISED} s")
        return answer.result()

    def _refused(self, update: str, error: WorkflowUpdateFailedError) -> None:
        cause = error.cause
        kind = cause.type if isinstance(cause, ApplicationError) else type(cause).__name__
        if kind != "Refused":
            self._report(Rule.ANSWERED_OR_REFUSED, f"the update {update} failed: {kind}: {cause}")

    async def signal(self, signal: str, message: Message) -> None:
        """Send a signal. A closed request does not take it."""
        try:
            await self.handle.signal(signal, message)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise

    # Remembering

    def remember_asks(self, seen: Progress, world: object) -> None:
        """Check that nothing is asked again while nothing has changed.

        Args:
            seen: what the request shows now.
            world: all that could change an answer. When it is equal to what it was, nothing happened in between.
        """
        for ask in seen.asks:
            key = _wanted(ask)
            first, then = self.asked.get(key, (ask.id, world))
            if first != ask.id and then == world:
                self._report(Rule.NOT_ASKED_AGAIN, f"{ask.id} is the same as {first}: {key}")
            self.asked[key] = (ask.id, world)
        wanted = [_wanted(ask) for ask in seen.asks]
        if len(set(wanted)) != len(wanted):
            self._report(Rule.NOT_ASKED_TWICE, str(wanted))

    def _report(self, rule: Rule, details: str) -> None:
        self.violations.append(Violation(rule, f"{self.reference}: {details}"))


def _wanted(ask: AskView) -> tuple[Any, ...]:
    return ask.kind, tuple(sorted(ask.numbers)), ask.guidance
