"""Which payloads a worker may use that are not sealed for the workflow that they come to."""

from collections.abc import Collection
from dataclasses import dataclass

from domain.transfers import ALERT_WORKFLOW
from domain.unreadable import Reason, Unreadable

_READABLE = frozenset({Reason.PLAIN, Reason.UNBOUND})

FROM_WEBHOOKS = frozenset({("signal", "telnyx_news"), ("start", ALERT_WORKFLOW), ("start", "ProbeWorker")})
"""All that `webhooks.py` sends: hints, alerts of transfers, and the question whether the workers have its key."""


@dataclass(frozen=True)
class PayloadRules:
    """What the settings let in. Everything else must be sealed for its workflow."""

    plain_signals: Collection[str] = ()
    """The names of the signals that may come in plain text."""
    accept_unbound: bool = False
    """Whether all that is in plain text or sealed for no workflow is taken, as before there was a binding."""

    def admits(self, fault: Unreadable) -> bool:
        """Whether a start, an update or the input of an activity with this fault is used."""
        return self.accept_unbound and fault.reason in _READABLE

    def admits_signal(self, name: str, fault: Unreadable) -> bool:
        """Whether a signal with this fault is used."""
        return self.admits(fault) or (name in self.plain_signals and fault.reason in _READABLE)


def is_readable(fault: Unreadable) -> bool:
    """Whether its content can be read, although it is not sealed for the workflow."""
    return fault.reason in _READABLE
