"""How a call of `HostedSms` can end, the same for every face. The command maps it to an exit code."""

from enum import StrEnum

from runtime.document_errors import DocumentCheckUnavailable, DocumentError, DocumentStoreUnavailable
from services.errors import NoAnswer, ServiceError


class Ending(StrEnum):
    """How a call ended."""

    DONE = "done"
    REFUSED = "refused"
    """It cannot be done as asked. The text of the error says what to change."""
    NO_ANSWER = "no answer"
    """A service or worker did not answer. It may still be applied: repeat it with the same update id."""
    FAULT = "fault"
    """The program has a mistake."""


def ending_of(error: BaseException) -> Ending:
    """How a call ended that raised an error."""
    if isinstance(error, NoAnswer | DocumentStoreUnavailable | DocumentCheckUnavailable):
        return Ending.NO_ANSWER
    if isinstance(error, ServiceError | DocumentError):
        return Ending.REFUSED
    return _ending_of_connection(error)


def _ending_of_connection(error: BaseException) -> Ending:
    """The same for the errors of settings and Temporal, whose modules take long to load."""
    from runtime.codec import UndecryptablePayload
    from runtime.connection import CannotReachTemporal
    from runtime.setting_values import SettingsError

    if isinstance(error, CannotReachTemporal):
        return Ending.NO_ANSWER
    return Ending.REFUSED if isinstance(error, SettingsError | UndecryptablePayload) else Ending.FAULT
