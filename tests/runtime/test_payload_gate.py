"""What the gate of a run lets in of an update that the SDK takes for one of the history.

The SDK says of a new update, too, that it was accepted, when it comes together with a replay. So a run takes of such an
update only what follows from its own start.
"""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.bridge.proto.workflow_activation import (
    DoUpdate,
    InitializeWorkflow,
    WorkflowActivation,
    WorkflowActivationJob,
)
from temporalio.workflow import _Definition

from domain.unreadable import Reason, Unreadable
from runtime import markers
from runtime.codec import KEY_ID, MESSAGE
from runtime.payload_gate import PayloadGate
from runtime.payload_rules import PayloadRules
from runtime.refusals import Refusals, Target
from workflows.host_numbers import HostNumbers

JSON = {"encoding": b"json/plain"}
PLAIN = Payload(metadata=JSON, data=b'{"why":"a stranger"}')
SEALED = Payload(metadata=JSON | {KEY_ID: b"k1"}, data=PLAIN.data)
START = Payload(metadata=JSON | {KEY_ID: b"k1", MESSAGE: b"HostingRequest"}, data=b"{}")


class _Runner:
    """Runs nothing, and shows what its run was told."""

    def create_instance(self, _det: Any) -> Any:
        return SimpleNamespace(activate=lambda act: act)


class _Noted:
    def __init__(self) -> None:
        self.refused: list[tuple[str, str, str]] = []

    def refuse(self, _target: Target, kind: str, name: str, fault: Unreadable) -> None:
        self.refused.append((kind, name, fault.reason))


def marked(reason: Reason) -> Payload:
    return markers.marker(Unreadable(reason, "k1"), PLAIN)


def told(start: Payload, update: Payload) -> tuple[Payload, Sequence[tuple[str, str, str]]]:
    """What a run is told of an accepted `cancel`, and what was refused on the way."""
    noted = _Noted()
    gate = PayloadGate(cast("Any", _Runner()), PayloadRules(accept_unbound=True), cast("Refusals", noted))
    info = SimpleNamespace(workflow_id="hosting-a", workflow_type="HostNumbers", run_id="run")
    run = gate.create_instance(cast("Any", SimpleNamespace(info=info, defn=_Definition.must_from_class(HostNumbers))))
    jobs = [
        WorkflowActivationJob(initialize_workflow=InitializeWorkflow(workflow_type="HostNumbers", arguments=[start])),
        WorkflowActivationJob(do_update=DoUpdate(name="cancel", input=[update], run_validator=False)),
    ]
    act = run.activate(WorkflowActivation(jobs=jobs, is_replaying=True))
    return cast("Any", act).jobs[1].do_update.input[0], noted.refused


def test_an_update_is_not_obeyed_because_it_comes_with_a_replay(subtests: pytest.Subtests) -> None:
    faults = {Reason.PLAIN: marked(Reason.PLAIN), Reason.UNBOUND: marked(Reason.UNBOUND), Reason.OTHER_MESSAGE: START}
    for reason, update in faults.items():
        with subtests.test(reason.value):
            got, refused = told(START, update)

            assert markers.fault_of(got).reason is reason
            assert refused == [("update", "cancel", reason)]


def test_a_run_that_was_itself_started_so_takes_what_it_took(subtests: pytest.Subtests) -> None:
    for start in (Reason.PLAIN, Reason.UNBOUND):
        with subtests.test(start.value):
            assert told(marked(start), marked(Reason.PLAIN)) == (PLAIN, [])
    assert told(START, SEALED) == (SEALED, [])
