"""Decides what of a workflow's input may be used, before the workflow sees it.

The codec of a worker leaves a marker for each payload that is not sealed for its workflow, and never fails. Here each
marker is restored, left for the handler to refuse, or raised, so that the task waits for a worker with the key:

    what comes                    new                              in a replay
    start of a new request        refused, unless a setting says   restored, or waits
    start of a continued run      waits, unless a setting says     restored, or waits
    signal                        left out, unless its name is in  as recorded: left out where the
                                  a setting; that is recorded      history says so, else restored
    update                        refused, unless a setting says,  the same: restored in a run that was itself
                                  in a run that was itself         started so, else refused, or waits
                                  started plain or unbound
    query                         restored: it changes nothing     -
    result or failure             see `runtime.result_gate`        the same

What is sealed under a key of the webhooks is refused in each of these places, but for what `webhooks.py` sends
(`runtime.payload_rules`). A result, or an update that was accepted, makes the run wait: the SDK says of a new update,
too, that it was accepted, when it comes with a replay. A replay takes a start, a signal and a result as any other.

So a replay never decides again, although keys and settings change (docs/decisions/0024).
"""

from collections.abc import Sequence

from temporalio.api.common.v1 import Payload
from temporalio.bridge.proto.workflow_activation import (
    DoUpdate,
    InitializeWorkflow,
    SignalWorkflow,
    WorkflowActivation,
    WorkflowActivationJob,
)
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.worker import WorkflowInstanceDetails, WorkflowRunner
from temporalio.workflow import _Definition

from domain.unreadable import Reason, Unreadable
from runtime import markers
from runtime.codec import KEY_ID, MESSAGE
from runtime.key_ring import UndecryptablePayload
from runtime.left_out import LeftOut
from runtime.payload_rules import FROM_WEBHOOKS, PayloadRules, is_readable
from runtime.refusals import Refusals, Target
from runtime.result_gate import ResultGate
from runtime.wrapped_runner import Activate, WrappedRunner

_CONTINUED_BY_ITSELF = 1  # ContinueAsNewInitiator: the others are a retry and a cron schedule, which anyone can ask for


class PayloadGate(WrappedRunner):
    """Runs workflows with another runner, which get only what they may use."""

    def __init__(self, runner: WorkflowRunner, rules: PayloadRules, refusals: Refusals) -> None:
        super().__init__(runner)
        self._rules = rules
        self._refusals = refusals

    def wrap(self, activate: Activate, det: WorkflowInstanceDetails) -> Activate:
        """The same, after a look at each payload."""
        run = _Run(det, self._rules, self._refusals)

        def guarded(act: WorkflowActivation) -> WorkflowActivationCompletion:
            for job in act.jobs:
                run.check(job, is_replaying=act.is_replaying)
            return activate(act)

        return guarded


class _Run:
    """The gate of one run of a workflow."""

    def __init__(self, det: WorkflowInstanceDetails, rules: PayloadRules, refusals: Refusals) -> None:
        info = det.info
        self._target = Target(info.workflow_id, info.workflow_type, info.run_id)
        self._messages = _Messages(det.defn)
        self._rules = rules
        self._refusals = refusals
        self._left_out = LeftOut()
        self._results = ResultGate(self._target, refusals)

    def check(self, job: WorkflowActivationJob, *, is_replaying: bool) -> None:
        """Look at what a job brings.

        Raises:
            UndecryptablePayload: the run has to wait for a worker with another key.
        """
        match job.WhichOneof("variant"):
            case "notify_has_patch":
                self._left_out.recall(job.notify_has_patch.patch_id)
            case "initialize_workflow":
                self._start(job.initialize_workflow, is_replaying=is_replaying)
            case "signal_workflow":
                self._signal(job.signal_workflow, is_replaying=is_replaying)
            case "do_update":
                self._update(job.do_update)
            case "query_workflow":
                markers.open_door(job.query_workflow.arguments)
                markers.restore(job.query_workflow.arguments)
            case "resolve_activity":
                name = f"activity {job.resolve_activity.seq}"
                self._results.check(job.resolve_activity.result, name, is_replaying=is_replaying)
            case "resolve_child_workflow_execution":
                child = job.resolve_child_workflow_execution
                self._results.check(child.result, f"child workflow {child.seq}", is_replaying=is_replaying)

    def _start(self, start: InitializeWorkflow, *, is_replaying: bool) -> None:
        if is_replaying or ("start", start.workflow_type) in FROM_WEBHOOKS:
            markers.open_door(start.arguments)
        self._results.begin(start.arguments)
        by_itself = start.continued_initiator == _CONTINUED_BY_ITSELF
        fault = _fault(start.arguments, "" if is_replaying or by_itself else self._messages.of_start())
        if fault is None or ((is_replaying or self._rules.admits(fault)) and is_readable(fault)):
            markers.restore(start.arguments)
        elif is_replaying or by_itself:
            raise UndecryptablePayload(fault.waits)
        else:
            self._refuse("start", start.workflow_type, start.arguments, fault)

    def _signal(self, signal: SignalWorkflow, *, is_replaying: bool) -> None:
        name = signal.signal_name
        recorded = self._left_out.next()
        if recorded is not None:
            _replace(signal.input, recorded)
            return
        if is_replaying or ("signal", name) in FROM_WEBHOOKS:
            markers.open_door(signal.input)
        fault = _fault(signal.input, "" if is_replaying else self._messages.of_signal(name))
        if fault is None:
            return
        if is_readable(fault) and (is_replaying or self._rules.admits_signal(name, fault)):
            markers.restore(signal.input)
            if not is_replaying and fault.reason is Reason.PLAIN:
                self._refusals.accept_plain(self._target, name)
        elif is_replaying and self._results.may_heal(fault):
            raise UndecryptablePayload(fault.waits)
        else:
            self._refuse("signal", name, signal.input, self._left_out.mark(fault))

    def _update(self, update: DoUpdate) -> None:
        accepted = not update.run_validator  # so it seems: the SDK says it of a new one, too, that comes with a replay
        fault = _fault(update.input, self._messages.of_update(update.name))
        if fault is None:
            return
        # Whether a run takes it must follow from its history, since "accepted" proves nothing.
        if is_readable(fault) and self._results.takes_readable and (accepted or self._rules.admits(fault)):
            markers.restore(update.input)
        elif accepted and self._results.may_heal(fault):
            raise UndecryptablePayload(fault.waits)
        else:
            self._refuse("update", update.name, update.input, fault)

    def _refuse(self, kind: str, name: str, payloads: Sequence[Payload], fault: Unreadable) -> None:
        self._refusals.refuse(self._target, kind, name, fault)
        _replace(payloads, fault)


class _Messages:
    """Which message the handlers of a workflow take, so that what is sealed as one is not taken as another."""

    def __init__(self, defn: _Definition) -> None:
        self._defn = defn

    def of_start(self) -> str:
        return _message(self._defn.run_fn)

    def of_signal(self, name: str) -> str:
        handler = self._defn.signals.get(name)
        return _message(handler.fn) if handler else ""

    def of_update(self, name: str) -> str:
        handler = self._defn.updates.get(name)
        return _message(handler.fn) if handler else ""


def _message(handler: object) -> str:
    return getattr(getattr(handler, "takes", None), "__name__", "")


def _fault(payloads: Sequence[Payload], expected: str) -> Unreadable | None:
    """The first fault of these payloads. A message is `expected`; any will do when that is empty."""
    for payload in payloads:
        if markers.is_marker(payload):
            return markers.fault_of(payload)
        named = payload.metadata.get(MESSAGE, b"").decode(errors="replace")
        if named and expected and named != expected:
            return Unreadable(Reason.OTHER_MESSAGE, payload.metadata.get(KEY_ID, b"").decode(errors="replace"))
    return None


def _replace(payloads: Sequence[Payload], fault: Unreadable) -> None:
    """Leave nothing but a marker, for the handler to refuse."""
    for payload in payloads:
        payload.CopyFrom(markers.marker(fault))
