"""What the server stores of a failure."""

import base64

import pytest
from temporalio.api.failure.v1 import Failure
from temporalio.converter import DataConverter
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from domain.printable import LONGEST_SENTENCES
from runtime.connection import data_converter
from runtime.failure_converter import EncryptedFailureConverter
from runtime.settings import Settings
from tests.strangers import INJECTION, is_harmless_page

KEYS = f"test:{base64.b64encode(b'k' * 32).decode()}"


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


@pytest.mark.parametrize("keys", [None, KEYS])
async def test_what_a_failure_says_can_be_shown_and_has_a_bound(keys: str | None) -> None:
    converter = data_converter(Settings(keys=keys, plaintext=keys is None))
    refused = ApplicationError(f"Refused.\n{INJECTION}" + "é" * 100_000, type="Refused")
    refused.__cause__ = ValueError(INJECTION)
    failure = Failure()
    await converter.encode_failure(refused, failure)
    read = await converter.decode_failure(failure)
    assert isinstance(read, ApplicationError)
    assert (read.type, read.message.split("\n")[0]) == ("Refused", "Refused.")
    assert len(read.message) <= LONGEST_SENTENCES
    for one in (read, read.cause):
        assert isinstance(one, ApplicationError)
        assert is_harmless_page(one.message)
        assert "evil.example" in one.message
