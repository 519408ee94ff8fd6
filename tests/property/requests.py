"""One request of a story as its people see it: they look, write, and remember what they were asked and promised."""

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
from tests.property.environment import Scene
from tests.property.growth import Mark
from tests.property.stories import Plan
from tests.workflows.telnyx_side import PROFILE

IN_TIME = 10.0
"""Real seconds in which the server, the worker and a query must react."""
AT_ONCE = 0.25
"""Real seconds after which an update that is not answered yet waits for something that takes its time."""
PROMISED = 46.0
"""Seconds of the story's clock in which every update is answered, with one to spare."""


@dataclass
class Request:
    """One request."""

    scene: Scene
    plan: Plan
    reference: str
    handle: "WorkflowHandle[Any, Progress]"
    went_on: set[str] = field(default_factory=set)
    """Numbers that a person told to count as active."""
    ordered_anew: set[str] = field(default_factory=set)
    """Numbers whose order a person gave up for a new one."""
    waits: bool = False
    """Whether a person chose to keep watching what may never change."""
    asked: dict[tuple[Any, ...], tuple[str, Any]] = field(default_factory=dict)
    """What was asked, with the id of the ask and the state of the world then."""
    mark: Mark = field(default_factory=Mark)
    """Its history when it was last looked at."""
    result: Progress | None = None
    complaints: list[str] = field(default_factory=list)
    written: int = 0
    """Updates that people sent: one person who helps may send several."""

    @classmethod
    async def start(cls, scene: Scene, plan: Plan) -> "Request":
        """Hand a request in."""
        reference = f"r-{uuid.uuid4().hex[:10]}"
        request = HostingRequest(
            reference=reference,
            messaging_profile_id=PROFILE,
            phone_numbers=list(plan.phone_numbers),
            account=scene.account,
            options=Options(all_or_nothing=plan.all_or_nothing, internal_transfer=plan.internal_transfer),
            by="test",
            **(await scene.papers(reference, "loa", "bill") if plan.papers else {}),
        )
        handle = await scene.client.start_workflow(
            names.WORKFLOW_TYPE,
            request,
            id=names.workflow_id(reference),
            task_queue=scene.queue,
            result_type=Progress,
        )
        return cls(scene, plan, reference, handle)

    # Looking

    async def look(self) -> Progress:
        """What the request shows, open or closed."""
        async with asyncio.timeout(IN_TIME):
            progress: Progress = await self.handle.query(names.PROGRESS_QUERY, result_type=Progress)
        return progress

    async def is_open(self) -> bool:
        """Whether the request still runs; the result is kept once it does not."""
        if self.result is None and (await self.handle.describe()).status is not WorkflowExecutionStatus.RUNNING:
            with self.scene.server.auto_time_skipping_disabled():  # or the clock would jump for all the others
                async with asyncio.timeout(IN_TIME):
                    self.result = await self.handle.result()
        return self.result is None

    # Writing

    async def send(self, message: Message) -> Answer | None:
        """Send a message; None when it was refused or the request is over."""
        update = UPDATES[type(message)]
        self.written += 1
        try:
            told = await self.handle.start_update(
                update,
                message,
                wait_for_stage=WorkflowUpdateStage.ACCEPTED,
                result_type=Answer,
                rpc_timeout=timedelta(seconds=IN_TIME),
            )
            return await self._answered(asyncio.ensure_future(told.result()), update)
        except WorkflowUpdateFailedError as error:
            self._refused(update, error)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND or await self.is_open():
                raise
        except WorkflowUpdateRPCTimeoutOrCancelledError:
            raise TimeoutError(f"the update {update} was not let in within {IN_TIME} s") from None
        return None

    async def _answered(self, answer: "asyncio.Future[Answer]", update: str) -> Answer | None:
        await asyncio.wait({answer}, timeout=AT_ONCE)
        if not answer.done():
            await self.scene.clock.go_on(PROMISED)
            await asyncio.wait({answer}, timeout=IN_TIME)
        if not answer.done():
            answer.cancel()
            raise TimeoutError(f"the update {update} was not answered within {PROMISED} s")
        return answer.result()

    def _refused(self, update: str, error: WorkflowUpdateFailedError) -> None:
        cause = error.cause
        kind = cause.type if isinstance(cause, ApplicationError) else type(cause).__name__
        if kind != "Refused":
            self.complaints.append(f"the update {update} failed: {kind}: {cause}")

    async def signal(self, signal: str, message: Message) -> None:
        """Send a signal, which a request that is over does not take."""
        try:
            await self.handle.signal(signal, message)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise

    # Remembering

    def note_asks(self, seen: Progress, world: object) -> None:
        """Nobody is asked the same twice while nothing has changed.

        Args:
            seen: what the request shows now.
            world: what could change the answer: when it is equal to what it was, nothing has happened in between.
        """
        for ask in seen.asks:
            key = _wanted(ask)
            first, then = self.asked.get(key, (ask.id, world))
            if first != ask.id and then == world:
                self.complaints.append(f"{ask.id} asks the same as {first}, and nothing had changed: {key}")
            self.asked[key] = (ask.id, world)
        wanted = [_wanted(ask) for ask in seen.asks]
        if len(set(wanted)) != len(wanted):
            self.complaints.append(f"the same is asked twice at the same time: {wanted}")


def _wanted(ask: AskView) -> tuple[Any, ...]:
    return ask.kind, tuple(sorted(ask.numbers)), ask.guidance
