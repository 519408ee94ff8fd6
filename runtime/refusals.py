"""What a worker leaves out is logged and counted, with the workflow that was to use it."""

from dataclasses import dataclass

import structlog
from temporalio.client import Client
from temporalio.runtime import Runtime

from domain.unreadable import Unreadable

_LONGEST = 100
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Target:
    """The workflow that a payload came to, or whose activity it came to."""

    workflow_id: str
    workflow_type: str
    run_id: str


class Refusals:
    """Logs and counts what the workers of a process leave out, and the signals in plain text that they take."""

    def __init__(self, client: Client) -> None:
        meter = (client.service_client.config.runtime or Runtime.default()).metric_meter
        self._refused = meter.create_counter("hosted_sms_payloads_refused", "Payloads that a worker left out")
        self._plain = meter.create_counter("hosted_sms_plain_signals", "Signals in plain text that a worker took")

    def refuse(self, target: Target, kind: str, name: str, fault: Unreadable) -> None:
        """One is left out: a start, a signal, an update, a result, an input or a heartbeat, with the name it has."""
        self._refused.add(1, {"kind": kind, "reason": fault.reason.value})
        _log.warning(
            "payload_refused",
            workflow_id=target.workflow_id,
            workflow_type=target.workflow_type[:_LONGEST],
            run_id=target.run_id,
            kind=kind,
            name=name[:_LONGEST],
            reason=fault.reason.value,
            key_id=fault.key,
        )

    def accept_plain(self, target: Target, signal: str) -> None:
        """A signal in plain text is taken, since the settings say so. The Temporal server can read it."""
        self._plain.add(1)
        _log.warning("plain_payload_accepted", workflow_id=target.workflow_id, signal=signal[:_LONGEST])
