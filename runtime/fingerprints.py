"""Stands in for a phone number where Temporal's server must be able to search: short, and unreadable without the key.

A list of search words may hold 2,048 bytes; 200 fingerprints of 7 characters just fit. No number is in clear.
42 bits are few: a hit by chance is possible, so whoever finds a request by fingerprint confirms it by its numbers.
"""

import base64
import hmac

from runtime.setting_values import SettingsError, parse_key
from runtime.settings import Settings

_CHARACTERS = 7  # of 6 bits each


class Fingerprints:
    """Makes fingerprints under one key, which is never changed: under another one nothing old is found."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def from_settings(cls, settings: Settings) -> "Fingerprints":
        """Takes the key of the settings.

        Raises:
            SettingsError: the key is missing or not the base64 of 32 bytes; the key itself is not shown.
        """
        advice = "make one with `openssl rand -base64 32`, give every process the same and never change it."
        if settings.fingerprint_key is None:
            raise SettingsError(f"HOSTED_SMS_FINGERPRINT_KEY is not set: {advice}")
        try:
            return cls(parse_key(settings.fingerprint_key.get_secret_value()))
        except ValueError as error:
            raise SettingsError(
                f"HOSTED_SMS_FINGERPRINT_KEY must be the base64 of 32 bytes, but is {error}: {advice}"
            ) from None

    def of(self, phone_number: str) -> str:
        """The fingerprint of a number in E.164: 7 characters of `A-Za-z0-9_-`, always the same under one key."""
        digest = hmac.digest(self._key, phone_number.encode(), "sha256")
        return base64.urlsafe_b64encode(digest[:6])[:_CHARACTERS].decode()

    def __repr__(self) -> str:
        return "Fingerprints(key hidden)"
