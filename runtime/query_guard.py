"""Keeps a query from leading a workflow into a state that its history does not contain.

When a worker dies with a query waiting, the server gives the query to another worker, together with events of a
workflow task that is not yet given out. The SDK's core (1.35) runs these events before the query and keeps the run. The
task then brings only later events, so commands get other numbers than in a replay. At the next replay, after a restart
or on another worker, the request would be stuck for ever (docs/decisions/0011). So the guard makes the worker forget a
run that may be in such a state: its next task replays it from its history.
"""

import time
from typing import TYPE_CHECKING

from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.worker import Worker, WorkflowInstanceDetails, WorkflowRunner

from runtime.wrapped_runner import Activate, WrappedRunner

if TYPE_CHECKING:
    from collections.abc import Callable

_QUERY_ALONE = "legacy_query"
"""The id that the SDK's core gives to a query without a workflow task."""
_ROUND_TRIP = 0.005
"""Seconds. A query that came together with events follows them within 1 ms, and any other query after at least 9 ms."""


class QueryGuard(WrappedRunner):
    """Runs workflows with another runner, and makes its worker forget a run that a query may have led astray."""

    def __init__(self, runner: WorkflowRunner) -> None:
        super().__init__(runner)
        self._forget: Callable[[str], None] = lambda _run_id: None

    def serve(self, worker: Worker) -> None:
        """Name the worker whose runs are guarded. The SDK has no public way to forget a run."""
        self._forget = worker._bridge_worker.request_workflow_eviction  # noqa: SLF001 - a test checks its effect

    def wrap(self, activate: Activate, det: WorkflowInstanceDetails) -> Activate:
        """The same, but it forgets the run when a query may have come together with events."""
        progress = _Progress()

        def guarded(act: WorkflowActivation) -> WorkflowActivationCompletion:
            if _is_query_alone(act):
                if progress.may_be_unrecorded:
                    self._forget(det.info.run_id)
                return activate(act)
            completion = activate(act)
            progress.record(act)
            return completion

        return guarded


class _Progress:
    """How a run came to its present state."""

    def __init__(self) -> None:
        self._replayed = True
        self._just_replayed = False
        self._task = 0
        self._worked_until = float("-inf")

    def record(self, act: WorkflowActivation) -> None:
        """Note that the run handled these events. Activations of one task have the same history length."""
        if not act.is_replaying and act.history_length != self._task:
            self._just_replayed = self._replayed
            self._task = act.history_length
        self._replayed = act.is_replaying
        self._worked_until = float("-inf") if act.is_replaying else time.monotonic()

    @property
    def may_be_unrecorded(self) -> bool:
        """Whether the newest events may have come with the query that is about to run.

        That is possible for the first events after a replay, when no task of this worker came before, and for events
        that were handled a moment ago.
        """
        if self._replayed:
            return False
        return self._just_replayed or time.monotonic() - self._worked_until < _ROUND_TRIP


def _is_query_alone(act: WorkflowActivation) -> bool:
    return any(job.query_workflow.query_id == _QUERY_ALONE for job in act.jobs)
