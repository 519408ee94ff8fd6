"""The workflow `ImportRequests`: starts the requests of one file, and no more of them than the account can take.

The plan lies in the document store, so the history holds no phone number. Each account has its own place in the plan.
A killed worker costs nothing: the same lines are tried again, and a request that exists is recognized.
"""

import asyncio
from contextlib import suppress

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

from domain.imports import (
    IMPORT_WORKFLOW_TYPE,
    MOST_REQUESTS,
    PAGE,
    ImportLane,
    ImportProgress,
    OpenImport,
    PauseImport,
    ResumeImport,
    StartedRows,
    StartRows,
    StopImport,
    import_reference,
    is_import_id,
)
from domain.messages import Answer
from domain.names import workflow_id
from domain.text import count
from workflows import activity_options
from workflows.foreign_results import is_foreign_result
from workflows.imports.lane import Batch, Lane
from workflows.imports.state import ImportState
from workflows.received import Receiver, is_new, opens, refuse_if, takes, wrong_carry

with workflow.unsafe.imports_passed_through():
    from activities.imports import ImportActivities


@workflow.defn(name=IMPORT_WORKFLOW_TYPE)
class ImportRequests(Receiver):
    """One import, from its first request to its last."""

    @workflow.init
    @opens(OpenImport)
    def __init__(self, given: OpenImport) -> None:
        if is_new():
            refuse_if(_malformed(given) or wrong_carry(ImportState, given.carry))
        self._given = given
        self._state = ImportState.of(given, workflow.now())
        self._ended: ImportProgress | None = None

    @workflow.run
    @takes(OpenImport)
    async def run(self, given: OpenImport) -> ImportProgress:
        """Start what the plan holds; the result says what became of it."""
        await self._work_all(given)
        if self._is_left_for_next_run(given):
            await workflow.wait_condition(workflow.all_handlers_finished)
            carry = self._state.model_dump(mode="json")
            workflow.continue_as_new(given.model_copy(update={"carry": carry}))
        self._ended = self._state.progress(given, workflow.now(), ended=True)
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self._ended

    async def _work_all(self, given: OpenImport) -> None:
        """Work on all accounts at the same time. Temporal's own cancel stops the import, as the update does."""
        lanes = zip(given.lanes, self._state.lanes, strict=True)
        works = [asyncio.ensure_future(self._work(lane, at)) for lane, at in lanes]
        with suppress(asyncio.CancelledError):  # each of them sees it by `_leaves`, and ends what it has begun
            await workflow.wait(works, return_when=asyncio.FIRST_EXCEPTION)
        for work in works:
            await work
        if workflow.cancellation_reason() is not None and not self._state.stopped:
            self._state.stop(workflow.now(), "The import was cancelled at the Temporal server.", "")

    async def _work(self, lane: ImportLane, at: Lane) -> None:
        """Start the requests of one account, batch after batch."""
        while at.is_open(lane) and not self._leaves:
            batch = at.next_batch(lane, workflow.now())
            if self._state.paused:
                await workflow.wait_condition(lambda: self._leaves or not self._state.paused)
            elif batch is None:
                await self._rest(at)
            elif found := await self._start(lane, at, batch):
                self._state.take(at, batch, found, workflow.now())

    async def _rest(self, at: Lane) -> None:
        """Wait until what waits may be tried again."""
        with suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: self._halts,
                timeout=activity_options.seconds_until(at.try_at),
                timeout_summary="try rows again for which a service did not answer",
            )

    async def _start(self, lane: ImportLane, at: Lane, batch: Batch) -> StartedRows | None:
        """Try a batch. None when it was interrupted before it could tell: then the same lines are tried again."""
        work = StartRows(
            import_id=self._given.import_id,
            account=lane.account,
            page=lane.pages[batch.page],
            lines=batch.lines,
            begun=self._state.begun,
            recent=at.recent,
        )
        running = workflow.start_activity_method(
            ImportActivities.start_requests,
            work,
            summary=f"start {count(len(batch.lines), 'request')} of {lane.account}",
            **activity_options.IMPORT.options(),
        )
        halted = asyncio.ensure_future(workflow.wait_condition(lambda: self._halts))
        await workflow.wait([running, halted], return_when=asyncio.FIRST_COMPLETED)
        halted.cancel()
        if not running.done():
            running.cancel()  # between two attempts it ends at once, and within one after what it has begun
        try:
            found: StartedRows = await running
        except (asyncio.CancelledError, ActivityError) as error:
            if is_cancelled_exception(error) or is_foreign_result(error):
                return None
            raise
        return found

    @property
    def _leaves(self) -> bool:
        """Whether nothing more is started in this run."""
        is_cancelled = workflow.cancellation_reason() is not None
        return self._state.stopped or is_cancelled or workflow.info().is_continue_as_new_suggested()

    @property
    def _halts(self) -> bool:
        """Whether nothing more is started now."""
        return self._leaves or self._state.paused

    def _is_left_for_next_run(self, given: OpenImport) -> bool:
        is_open = any(at.is_open(lane) for lane, at in zip(given.lanes, self._state.lanes, strict=True))
        return is_open and not self._state.stopped

    # Updates, signals and the query

    @workflow.update(description="Start no more requests until the import is resumed.")
    @takes(PauseImport)
    async def pause(self, message: PauseImport) -> Answer:
        """Pause the import."""
        self._state.pause(workflow.now(), message.by)
        return Answer(accepted=True, sentence="The import is paused. What it started goes on.")

    @pause.validator
    @takes(PauseImport)
    def _may_pause(self, _message: PauseImport) -> None:
        refuse_if(self._over() or ("The import is paused already." if self._state.paused else ""))

    @workflow.update(description="Go on with a paused import.")
    @takes(ResumeImport)
    async def resume(self, message: ResumeImport) -> Answer:
        """Go on."""
        self._state.resume(workflow.now(), message.by)
        return Answer(accepted=True, sentence="The import goes on.")

    @resume.validator
    @takes(ResumeImport)
    def _may_resume(self, _message: ResumeImport) -> None:
        refuse_if(self._over() or ("" if self._state.paused else "The import is not paused."))

    @workflow.update(description="End the import. What it started goes on.")
    @takes(StopImport)
    async def stop(self, message: StopImport) -> Answer:
        """End the import before its last row."""
        self._state.stop(workflow.now(), "The import was stopped.", message.by)
        return Answer(accepted=True, sentence="The import is stopped. What it started goes on.")

    @stop.validator
    @takes(StopImport)
    def _may_stop(self, _message: StopImport) -> None:
        refuse_if(self._over())

    def _over(self) -> str:
        return "The import has ended." if self._ended or self._state.stopped else ""

    def refuse_signal(self, signal: str, why: str, by: str) -> None:
        """Leave an event about a signal: an import has none."""
        self._state.record(workflow.now(), f"The signal {signal[:40]!r} was refused: {why}", by)

    @workflow.query(description="Where the import stands.")
    def progress(self) -> ImportProgress:
        """What was started, what failed and what is left."""
        self.prove_started()
        return self._ended or self._state.progress(self._given, workflow.now())


def _malformed(given: OpenImport) -> str:
    wanted = workflow_id(import_reference(given.import_id))
    if not is_import_id(given.import_id):
        return f"{given.import_id[:40]!r} is no id of an import: expected 12 digits of 0-9 and a-f."
    if workflow.info().workflow_id != wanted:
        return f"The workflow id is {workflow.info().workflow_id!r}, but that of the import is {wanted!r}: use that."
    requests = sum(lane.requests for lane in given.lanes)
    if not 1 <= requests <= MOST_REQUESTS:
        return f"An import has 1–{MOST_REQUESTS} requests, not {requests}."
    if any(len(lane.pages) != -(-lane.requests // PAGE) or lane.requests < 1 for lane in given.lanes):
        return f"The pages of the plan do not hold its requests: each holds {PAGE} but the last."
    return ""
