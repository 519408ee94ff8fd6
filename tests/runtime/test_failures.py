"""What of a failure travels."""

import pytest
from temporalio.api.failure.v1 import Failure
from temporalio.converter import DataConverter
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from runtime.failures import SealedFailures


def _sent(category: ApplicationErrorCategory) -> Failure:
    converter, failure = SealedFailures(), Failure()
    with pytest.raises(ApplicationError) as caught:
        raise ApplicationError("no news", category=category)
    converter.to_failure(caught.value, DataConverter.default.payload_converter, failure)
    return failure


def test_a_fault_travels_with_its_trace_sealed() -> None:
    failure = _sent(ApplicationErrorCategory.UNSPECIFIED)
    assert failure.message == "Encoded failure"
    assert b"test_failures.py" in failure.encoded_attributes.data


def test_what_is_no_fault_travels_without_a_trace() -> None:
    failure = _sent(ApplicationErrorCategory.BENIGN)
    assert b"no news" in failure.encoded_attributes.data
    assert b"test_failures.py" not in failure.encoded_attributes.data
