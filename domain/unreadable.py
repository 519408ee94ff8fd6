"""What stands in a workflow or an activity for a payload that it must not use, and why not."""

from dataclasses import dataclass
from enum import StrEnum

FOREIGN_RESULT = "ForeignResult"
"""The type of the failure in place of a result that no worker of ours gave. The activity is called again."""


class Reason(StrEnum):
    """Why a payload is not used."""

    PLAIN = "plain"
    """It is in plain text, so anyone may have written it."""
    UNBOUND = "unbound"
    """It is sealed, but for no workflow, so it may be a copy."""
    FOREIGN = "foreign"
    """It is sealed for another workflow."""
    OTHER_MESSAGE = "other_message"
    """It is sealed as another message than the one that it is sent as."""
    UNKNOWN_KEY = "unknown_key"
    """It is sealed under a key that this process does not have."""
    DAMAGED = "damaged"
    """The key of that id does not open it."""
    MALFORMED = "malformed"
    """It opens, and no converter can read it."""
    OTHER_DOOR = "other_door"
    """It is sealed under a key of the webhooks, and is something that they never send."""


_WHAT = {
    Reason.PLAIN: "a payload in plain text",
    Reason.UNBOUND: "a payload that is sealed for no workflow",
    Reason.FOREIGN: "a payload that is sealed for another workflow",
    Reason.OTHER_MESSAGE: "a payload that is sealed as another message",
    Reason.UNKNOWN_KEY: "a payload under the unknown key {key}",
    Reason.DAMAGED: "a payload that the key {key} does not open",
    Reason.MALFORMED: "a payload that is no JSON",
    Reason.OTHER_DOOR: "a payload under the key {key} of the webhooks",
}
_REMEDY = {
    Reason.PLAIN: "send it encrypted; HOSTED_SMS_PLAIN_MESSAGES names the signals that may be plain",
    Reason.UNBOUND: "seal it for this workflow (docs/integration.md)",
    Reason.FOREIGN: "seal it for this workflow (docs/integration.md)",
    Reason.OTHER_MESSAGE: "seal it as what it is (docs/integration.md)",
    Reason.UNKNOWN_KEY: "give the worker that key in HOSTED_SMS_KEYS, or send it under a key that the worker has",
    Reason.DAMAGED: "give sender and worker the same bytes for that key, and send it again",
    Reason.MALFORMED: "send one JSON object",
    Reason.OTHER_DOOR: "send it under another key; HOSTED_SMS_WEBHOOK_KEYS of the worker names those of the webhooks",
}
_GIVE_THE_KEY = "give this worker the key with which it was sealed"
_UNTIL = {
    Reason.OTHER_DOOR: "if {key} was once a key of the workers, take it out of HOSTED_SMS_WEBHOOK_KEYS; otherwise "
    "reset the run to before it",
}

_WITHOUT_ID = "a payload without the id of a key"
_SEAL_AGAIN = "send it under a key that the worker has, and name the key (docs/integration.md)"


@dataclass(frozen=True)
class Unreadable:
    """Stands for a payload. Nothing of its content is kept."""

    reason: Reason
    key: str = ""
    """The id of its key, if it names one in the usual form."""
    mark: str = ""
    """The patch that records in the history that this signal was left out; empty for everything but a signal."""

    @property
    def what(self) -> str:
        """What it is, as the subject of a sentence, such as `a payload under the unknown key k9`."""
        return _WITHOUT_ID if self._names_no_key else _WHAT[self.reason].format(key=self.key)

    @property
    def sentence(self) -> str:
        """That it was left out, and the remedy."""
        what = self.what
        remedy = _SEAL_AGAIN if self._names_no_key else _REMEDY[self.reason]
        return f"{what[0].upper()}{what[1:]} was left out: {remedy}."

    @property
    def waits(self) -> str:
        """That a run waits for it to become readable, and the remedy."""
        remedy = _UNTIL.get(self.reason, _GIVE_THE_KEY).format(key=self.key)
        return f"This run waits, since it needs {self.what}: {remedy}."

    @property
    def _names_no_key(self) -> bool:
        """Whether no one can be asked for its key."""
        return self.reason is Reason.UNKNOWN_KEY and not self.key
