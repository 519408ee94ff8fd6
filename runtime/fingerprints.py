"""Fingerprints of phone numbers: Temporal's server can search by them, and cannot read a number from them.

A search attribute may hold 2,048 bytes, and 200 fingerprints of 7 characters just fit. With 42 bits two numbers may
share a fingerprint by chance, so a search result is confirmed by the request's own numbers.
"""

import base64
import hmac

from runtime.setting_values import SettingsError, parse_key
from runtime.settings import Settings

_CHARACTERS = 7  # of 6 bits each
_DIGITS = 32
_TEXTS = b"text\n"
"""Before every text, so that no digest tells a fingerprint: numbers begin with a plus sign."""


class Fingerprints:
    """Makes fingerprints with one key. The key must never change: another key finds none of the old requests."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def from_settings(cls, settings: Settings) -> "Fingerprints":
        """Use the key of the settings.

        Raises:
            SettingsError: the key is missing or not the base64 of 32 bytes. The text does not show it.
        """
        advice = "make one with `openssl rand -base64 32`, use the same in every process and never change it."
        if settings.fingerprint_key is None:
            raise SettingsError(f"HOSTED_SMS_FINGERPRINT_KEY is not set: {advice}")
        try:
            return cls(parse_key(settings.fingerprint_key.get_secret_value()))
        except ValueError as error:
            raise SettingsError(
                f"HOSTED_SMS_FINGERPRINT_KEY must be the base64 of 32 bytes, but is {error}: {advice}"
            ) from None

    def of(self, phone_number: str) -> str:
        """The fingerprint of a number in E.164: 7 characters of `A-Za-z0-9_-`, always the same with one key."""
        digest = hmac.digest(self._key, phone_number.encode(), "sha256")
        return base64.urlsafe_b64encode(digest[:6])[:_CHARACTERS].decode()

    def digest(self, text: str) -> str:
        """32 digits of 0-9 and a-f that stand for a text. Without the key no one can find the text by trying."""
        return hmac.digest(self._key, _TEXTS + text.encode(), "sha256").hex()[:_DIGITS]

    def __repr__(self) -> str:
        return "Fingerprints(key hidden)"
