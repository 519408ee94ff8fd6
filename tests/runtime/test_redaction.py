"""No part of a log line holds a key, a code or a whole phone number."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from runtime.redaction import HIDDEN, redact, redact_named, redact_text

NUMBERS = st.from_regex(r"[2-9][0-9]{9}", fullmatch=True)
SPELLINGS = st.sampled_from(
    [
        "+1{0}{1}{2}",
        "+1 {0} {1} {2}",
        "({0}) {1}-{2}",
        "{0}.{1}.{2}",
        "{0}-{1}-{2}",
        "1-{0}-{1}-{2}",
        "{0}{1}{2}",
        "%2B1{0}{1}{2}",
    ]
)
CONTEXTS = st.sampled_from(["", "number ", "to=", '"', "/v2/messaging_hosted_numbers/", "hosting-", "['", "line\n"])


@given(NUMBERS, SPELLINGS, CONTEXTS, CONTEXTS)
def test_a_phone_number_in_any_spelling_keeps_four_digits(number: str, spelling: str, before: str, after: str) -> None:
    written = spelling.format(number[:3], number[3:6], number[6:])
    seen = redact_text(f"{before}{written}{after and ' ' + after}")
    assert f"…{number[6:]}" in seen
    assert number[:6] not in re.sub(r"\D", "", seen)


@pytest.mark.parametrize(
    "harmless",
    [
        "2026-11-23T19:30:47.671123Z",
        "1732400000",
        "1732400000123",
        "0.5125550100",
        "019ab1cd-2345-7abc-9123-456789012345",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "order 3 of 200, attempt 4",
        "status_code=404",
        "HOSTED_SMS_KEYS: the first encrypts",
        "a code was asked for",
        "127.0.0.1:8081",
    ],
)
def test_ids_times_and_sentences_do_not_change(harmless: str) -> None:
    assert redact_text(harmless) == harmless


@pytest.mark.parametrize(
    "leak",
    [
        "KEY01234_sesame",
        "Authorization: Bearer sesame",
        "{'authorization': 'Basic sesame'}",
        '{"code": "sesame"}',
        "code='sesame' by='ann'",
        "verification_code=sesame",
        '{"api_key":"sesame"}',
        "https://host/x?token=sesame&y=1",
        "codes=['1', 'sesame']",
        "password: sesame1",
        "hosted-sms codes acme-1 +15125550100=sesame",
        "512-555-0100=sesame",
        "HOSTED_SMS_KEYS=a:sesame",
        "input_value='sesame', input_type=str",
    ],
)
def test_a_secret_in_a_text_is_hidden(leak: str) -> None:
    assert "sesame" not in redact_text(leak)


def test_one_of_our_keys_is_hidden() -> None:
    assert "QUJD" not in redact_text(f"ring a:{'QUJDREVGR0hJ' * 3}QUJDREV= loaded")


SECRET_NAMES = [
    "api_key",
    "Authorization",
    "token",
    "code",
    "codes",
    "keys",
    "password",
    "verification_code",
    "telnyx_api_key",
    "X-Api-Key",
]


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_a_value_with_the_name_of_a_secret_is_hidden_completely(name: str) -> None:
    assert redact_named(name, "sesame") == HIDDEN
    assert redact({"outer": [{name: {"inner": "sesame"}}]}) == {"outer": [{name: HIDDEN}]}


@pytest.mark.parametrize("name", ["status_code", "telnyx_code", "fairness_key", "event", "codec", "monkey"])
def test_a_value_with_another_name_is_shown(name: str) -> None:
    assert redact_named(name, "10006") == "10006"


def test_models_and_other_objects_are_redacted() -> None:
    class Code(BaseModel):
        phone_number: str
        code: str

    seen = str(redact({"message": Code(phone_number="+15125550100", code="12345"), "raw": b"+15125550100"}))
    assert "12345" not in seen
    assert "5125550100" not in seen


def test_the_input_in_a_validation_error_is_hidden() -> None:
    class Code(BaseModel):
        code: int

    with pytest.raises(ValidationError) as caught:
        Code.model_validate({"code": "sesame"})
    assert "sesame" in str(caught.value)
    assert "sesame" not in redact_text(str(caught.value))


def test_an_endless_structure_is_cut() -> None:
    endless: dict[str, Any] = {"number": "+15125550100"}
    endless["self"] = endless
    assert "5125550100" not in str(redact(endless))
