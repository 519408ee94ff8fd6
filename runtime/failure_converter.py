"""How failures are stored: printable, with message and traceback encrypted, and no traceback where nothing is at fault.

A poll without news is such a failure. The server stores the last one with every attempt, and its traceback would take a
tenth of a request's history and say nothing.
"""

from temporalio.api.failure.v1 import Failure
from temporalio.converter import DefaultFailureConverter, PayloadConverter
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from domain.printable import LONGEST_SENTENCES, printable_lines


class PrintableFailureConverter(DefaultFailureConverter):
    """The failure converter of every process. Messages are shown by commands of Temporal, and quote anyone."""

    def to_failure(self, exception: BaseException, payload_converter: PayloadConverter, failure: Failure) -> None:
        """Write an exception into `failure`; a benign one loses its traceback."""
        if isinstance(exception, ApplicationError) and exception.category is ApplicationErrorCategory.BENIGN:
            exception = exception.with_traceback(None)
        super().to_failure(exception, payload_converter, failure)
        failure.message = printable_lines(failure.message[:LONGEST_SENTENCES])


class EncryptedFailureConverter(PrintableFailureConverter):
    """The failure converter of every process that holds keys: what is encoded becomes a payload, which is encrypted."""

    def to_failure(self, exception: BaseException, payload_converter: PayloadConverter, failure: Failure) -> None:
        """Write an exception into `failure`, as `DefaultFailureConverterWithEncodedAttributes` of the SDK does."""
        super().to_failure(exception, payload_converter, failure)
        attributes = {"message": failure.message, "stack_trace": failure.stack_trace}
        failure.encoded_attributes.CopyFrom(payload_converter.to_payloads([attributes])[0])
        failure.message, failure.stack_trace = "Encoded failure", ""
