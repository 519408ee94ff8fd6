"""Decides whether the result of an activity, or of a child workflow, may be used.

Anyone who reaches Temporal can complete an activity of ours. The decision is the same in each replay, since it
depends on nothing but the history: a run that itself was started in plain text, or with a payload that is sealed for no
workflow, takes such results, too. Every other run gets a failure of the type `ForeignResult` for them, and calls the
activity again.

A result under a key of the webhooks is not ours. But which keys these are is a setting, and the history does not hold
it: a failure that a worker puts in place of the result today would be no failure in a replay after the setting
changed. So the run waits, and a replay takes what was taken.

A result under a key that this worker does not have makes the run wait for that key. So does one that the key does not
open, unless the key has opened something of this run before: then the key is right, and the result is not ours.
"""

from collections.abc import Iterable, Sequence

from temporalio.api.common.v1 import Payload, Payloads
from temporalio.api.failure.v1 import Failure
from temporalio.bridge.proto.activity_result import ActivityResolution
from temporalio.bridge.proto.child_workflow import ChildWorkflowResult

from domain.unreadable import FOREIGN_RESULT, Reason, Unreadable
from runtime import markers
from runtime.key_ring import UndecryptablePayload
from runtime.payload_rules import is_readable
from runtime.refusals import Refusals, Target


class ResultGate:
    """The results that one run gets."""

    def __init__(self, target: Target, refusals: Refusals) -> None:
        self._target = target
        self._refusals = refusals
        self.takes_readable = False
        """Whether the run was itself started in plain text, or sealed for no workflow."""
        self._key = b""

    def begin(self, arguments: Sequence[Payload]) -> None:
        """Look at what the run was started with: at its key, and whether it is sealed for its workflow."""
        faults = [markers.fault_of(payload) for payload in arguments if markers.is_marker(payload)]
        self.takes_readable = any(is_readable(fault) for fault in faults)
        self._key = next((payload.metadata["key"] for payload in arguments if "key" in payload.metadata), b"")

    def check(self, result: ActivityResolution | ChildWorkflowResult, name: str, *, is_replaying: bool) -> None:
        """Restore what may be used, and put a failure in place of what may not.

        Raises:
            UndecryptablePayload: the run has to wait for a worker with another key.
        """
        self._check_door(result, name, is_replaying=is_replaying)
        match result.WhichOneof("status"):
            case "completed":
                if fault := self._fault([result.completed.result]):
                    self._refusals.refuse(self._target, "result", name, fault)
                    result.failed.failure.CopyFrom(_foreign(fault))
            case "failed":
                self._check_failure(result.failed.failure, name)
            case "cancelled":
                self._check_failure(result.cancelled.failure, name)

    def _check_door(self, result: ActivityResolution | ChildWorkflowResult, name: str, *, is_replaying: bool) -> None:
        """Wait for another setting or a reset, unless a worker took this result when it was new."""
        payloads = list(_payloads(result))
        behind = [payload for payload in payloads if markers.is_behind_door(payload)]
        if behind and not is_replaying:
            fault = markers.fault_of(behind[0])
            self._refusals.refuse(self._target, "result", name, fault)
            raise UndecryptablePayload(fault.waits)
        markers.open_door(payloads)

    def _check_failure(self, failure: Failure, name: str) -> None:
        """Leave out of a failure what may not be used. Its type stays: anyone can make an activity fail."""
        for part in _chain(failure):
            if part.HasField("encoded_attributes") and self._fault([part.encoded_attributes]):
                part.ClearField("encoded_attributes")
            for details in _details(part):
                if fault := self._fault(details.payloads):
                    if not _is_of_the_server(part, fault):
                        self._refusals.refuse(self._target, "failure", name, fault)
                    details.Clear()

    def _fault(self, payloads: Iterable[Payload]) -> Unreadable | None:
        for payload in payloads:
            if not markers.is_marker(payload):
                continue
            fault, content = markers.fault_of(payload), markers.content_of(payload)
            if is_readable(fault) and self.takes_readable and content is not None:
                payload.CopyFrom(content)
            elif self.may_heal(fault):
                raise UndecryptablePayload(fault.waits)
            else:
                return fault
        return None

    def may_heal(self, fault: Unreadable) -> bool:
        """Whether a key or a setting could let it in. The key that opened the start is right, and ours have ids."""
        if fault.reason is Reason.DAMAGED:
            return self._key != fault.key.encode()
        return fault.reason is Reason.OTHER_DOOR or (fault.reason is Reason.UNKNOWN_KEY and bool(fault.key))


def _foreign(fault: Unreadable) -> Failure:
    """The failure that the workflow sees in place of a result."""
    failure = Failure(message="Activity task failed")
    failure.activity_failure_info.SetInParent()
    failure.cause.message = fault.sentence
    failure.cause.application_failure_info.type = FOREIGN_RESULT
    failure.cause.application_failure_info.non_retryable = True
    return failure


def _payloads(result: ActivityResolution | ChildWorkflowResult) -> Iterable[Payload]:
    match result.WhichOneof("status"):
        case "completed":
            yield result.completed.result
        case "failed" | "cancelled" as status:
            for part in _chain(getattr(result, status).failure):
                yield part.encoded_attributes
                yield from (payload for details in _details(part) for payload in details.payloads)


def _chain(failure: Failure) -> Iterable[Failure]:
    yield failure
    while failure.HasField("cause"):
        failure = failure.cause
        yield failure


def _is_of_the_server(failure: Failure, fault: Unreadable) -> bool:
    """Whether the server may have written it: it says in plain text that a canceled activity had not begun."""
    return failure.HasField("canceled_failure_info") and fault.reason is Reason.PLAIN


def _details(failure: Failure) -> Iterable[Payloads]:
    match failure.WhichOneof("failure_info"):
        case "application_failure_info":
            yield failure.application_failure_info.details
        case "timeout_failure_info":
            yield failure.timeout_failure_info.last_heartbeat_details
        case "canceled_failure_info":
            yield failure.canceled_failure_info.details
