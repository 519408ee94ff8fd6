"""How failures travel: message and trace encrypted, and no trace at all for what is no fault.

A look without news is such a failure. The server keeps the last one beside every attempt, so its trace would make up a
tenth of a request's history, and it would say nothing.
"""

from temporalio.api.failure.v1 import Failure
from temporalio.converter import DefaultFailureConverterWithEncodedAttributes, PayloadConverter
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory


class SealedFailures(DefaultFailureConverterWithEncodedAttributes):
    """The failure converter of every process that holds keys."""

    def to_failure(self, exception: BaseException, payload_converter: PayloadConverter, failure: Failure) -> None:
        """Write a failure; see the module for what is left out."""
        if isinstance(exception, ApplicationError) and exception.category is ApplicationErrorCategory.BENIGN:
            exception = exception.with_traceback(None)
        super().to_failure(exception, payload_converter, failure)
