"""Fingerprints of phone numbers are short and stable, and useless without the key."""

import base64
import hashlib
import hmac
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from runtime.fingerprints import Fingerprints
from runtime.settings import Settings, SettingsError

KEY = b"k" * 32
NUMBERS = st.from_regex(r"\+1[2-9][0-9]{9}", fullmatch=True)


@given(NUMBERS)
def test_a_fingerprint_is_seven_characters_of_the_url_alphabet(number: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{7}", Fingerprints(KEY).of(number))


@given(NUMBERS)
def test_it_is_the_first_42_bits_of_the_hmac(number: str) -> None:
    bits = int.from_bytes(hmac.new(KEY, number.encode(), hashlib.sha256).digest()) >> (256 - 42)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    expected = "".join(alphabet[(bits >> shift) & 63] for shift in range(36, -1, -6))
    assert Fingerprints(KEY).of(number) == expected


def test_200_of_them_fit_into_one_search_attribute() -> None:
    """The server refuses a list of more than 2,048 bytes. In JSON each text takes its length and three bytes more."""
    prints = [Fingerprints(KEY).of(f"+1512555{n:04}") for n in range(200)]
    assert len(set(prints)) == 200
    assert sum(len(one) + 3 for one in prints) <= 2048


def test_another_key_makes_another_fingerprint() -> None:
    assert Fingerprints(KEY).of("+15125550100") != Fingerprints(b"j" * 32).of("+15125550100")


def test_the_key_of_the_settings_is_used() -> None:
    settings = Settings(fingerprint_key=SecretStr(base64.b64encode(KEY).decode()))
    assert Fingerprints.from_settings(settings).of("+15125550100") == Fingerprints(KEY).of("+15125550100")


def test_a_missing_key_says_how_to_make_one() -> None:
    with pytest.raises(SettingsError, match=r"HOSTED_SMS_FINGERPRINT_KEY.*openssl rand"):
        Fingerprints.from_settings(Settings())


@pytest.mark.parametrize("text", ["sesame", "c2VzYW1l", "!" * 44])
def test_a_wrong_key_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(SettingsError, match="HOSTED_SMS_FINGERPRINT_KEY") as caught:
        Fingerprints.from_settings(Settings(fingerprint_key=SecretStr(text)))
    assert text not in str(caught.value)


def test_the_repr_does_not_show_the_key() -> None:
    assert "kkk" not in repr(Fingerprints(KEY))
