"""What the server stores of a failure."""

import pytest
from temporalio.api.failure.v1 import Failure
from temporalio.converter import DataConverter
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from runtime.failure_converter import EncryptedFailureConverter


def _stored(category: ApplicationErrorCategory) -> Failure:
    converter, failure = EncryptedFailureConverter(), Failure()
    with pytest.raises(ApplicationError) as caught:
        raise ApplicationError("no news", category=category)
    converter.to_failure(caught.value, DataConverter.default.payload_converter, failure)
    return failure


def test_a_fault_is_stored_with_its_traceback_encrypted() -> None:
    failure = _stored(ApplicationErrorCategory.UNSPECIFIED)
    assert failure.message == "Encoded failure"
    assert b"test_failure_converter.py" in failure.encoded_attributes.data


def test_a_benign_failure_is_stored_without_a_traceback() -> None:
    failure = _stored(ApplicationErrorCategory.BENIGN)
    assert b"no news" in failure.encoded_attributes.data
    assert b"test_failure_converter.py" not in failure.encoded_attributes.data
