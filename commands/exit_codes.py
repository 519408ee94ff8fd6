"""Which exit code and sentence belong to which error: 1 refused, 3 somebody did not answer."""

from runtime.codec import UndecryptablePayload
from runtime.connection import CannotReachTemporal
from runtime.document_errors import DocumentError, DocumentStoreUnavailable
from runtime.setting_values import SettingsError
from services.errors import NoAnswer, ServiceError

DONE, REFUSED, USAGE, SILENT, INTERRUPTED = 0, 1, 2, 3, 130


def exit_code(error: BaseException) -> int | None:
    """The exit code of an error that is meant for a person; None for one that is a mistake of the program."""
    if isinstance(error, NoAnswer | CannotReachTemporal | DocumentStoreUnavailable):
        return SILENT
    if isinstance(error, ServiceError | SettingsError | DocumentError | UndecryptablePayload):
        return REFUSED
    return None
