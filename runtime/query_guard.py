"""Keeps a query from bringing a workflow into a state that its history does not know.

A query that was meant for a worker that died waits for another one, and events that come meanwhile travel with it,
although their workflow task is still to be given out. The SDK's core (1.35) runs these events too before it asks the
query, and keeps the run; the task then brings only what came later. So commands are numbered otherwise than in a
replay, and at the next replay, after a restart or on another worker, the request is stuck for ever. A run that may
have been brought there is forgotten at once: its next task replays it from its history.
"""

import time
from collections.abc import Callable, Sequence

from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.worker import Worker, WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner
from temporalio.workflow import _Definition

_QUERY_ALONE = "legacy_query"
"""The id that the SDK's core gives to a query that came without a workflow task."""
_WITHOUT_SERVER = 0.005
"""Seconds. From work to a query in one go took less than 1 ms; by way of the server never less than 9 ms."""


class QueryGuard(WorkflowRunner):
    """Runs workflows as another runner does, and has its worker forget the runs that a query may have carried off."""

    def __init__(self, runner: WorkflowRunner) -> None:
        self._runner = runner
        self._forget: Callable[[str], None] = _nobody

    def serve(self, worker: Worker) -> None:
        """Tells the guard whose runs it guards; nothing public makes a worker forget a run."""
        self._forget = worker._bridge_worker.request_workflow_eviction  # noqa: SLF001 - a test holds it to its effect

    def prepare_workflow(self, defn: _Definition) -> None:
        """As the other runner does."""
        self._runner.prepare_workflow(defn)

    def set_worker_level_failure_exception_types(self, types: Sequence[type[BaseException]]) -> None:
        """As the other runner does."""
        self._runner.set_worker_level_failure_exception_types(types)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """One run of the other runner, guarded."""
        return guarded(self._runner.create_instance(det), lambda: self._forget(det.info.run_id))


def guarded(run: WorkflowInstance, forget: Callable[[], None]) -> WorkflowInstance:
    """The same run, which calls `forget` when a query may have come together with work."""
    activate, course = run.activate, _Course()

    def activated(act: WorkflowActivation) -> WorkflowActivationCompletion:
        if _is_query_alone(act):
            if course.may_be_unrecorded:
                forget()
            return activate(act)
        completion = activate(act)
        course.took(act)
        return completion

    run.activate = activated  # type: ignore[method-assign]  # all else stays the run's own
    return run


class _Course:
    """How a run came to where it is."""

    def __init__(self) -> None:
        self._replayed = True
        self._just_replayed = False
        self._task = 0
        self._worked_until = float("-inf")

    def took(self, act: WorkflowActivation) -> None:
        """It took these events; an activation with the same history length belongs to the same task."""
        if not act.is_replaying and act.history_length != self._task:
            self._just_replayed = self._replayed
            self._task = act.history_length
        self._replayed = act.is_replaying
        self._worked_until = float("-inf") if act.is_replaying else time.monotonic()

    @property
    def may_be_unrecorded(self) -> bool:
        """Whether its newest events may have come with the query that is about to be asked.

        They may when they are the first after a replay, since no task of this worker's own is known to have gone
        before, and when they were run a moment ago.
        """
        if self._replayed:
            return False
        return self._just_replayed or time.monotonic() - self._worked_until < _WITHOUT_SERVER


def _is_query_alone(act: WorkflowActivation) -> bool:
    return any(job.query_workflow.query_id == _QUERY_ALONE for job in act.jobs)


def _nobody(_run_id: str) -> None:
    """Nobody's run is forgotten before a worker is served."""
