"""How failures are stored: message and traceback encrypted, and no traceback for a failure that is no fault.

A poll without news is such a failure. The server stores the last one with every attempt, and its traceback would take a
tenth of a request's history and say nothing.
"""

from temporalio.api.failure.v1 import Failure
from temporalio.converter import DefaultFailureConverterWithEncodedAttributes, PayloadConverter
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory


class EncryptedFailureConverter(DefaultFailureConverterWithEncodedAttributes):
    """The failure converter of every process that holds keys."""

    def to_failure(self, exception: BaseException, payload_converter: PayloadConverter, failure: Failure) -> None:
        """Write an exception into `failure`; a benign one loses its traceback."""
        if isinstance(exception, ApplicationError) and exception.category is ApplicationErrorCategory.BENIGN:
            exception = exception.with_traceback(None)
        super().to_failure(exception, payload_converter, failure)
