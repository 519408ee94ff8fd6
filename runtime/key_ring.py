"""The keys of a process, by id. The first one encrypts, every one decrypts."""

import os
import re
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr

from runtime.secret_flaws import flaw
from runtime.setting_values import SettingsError, parse_key, split_list

ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_NONCE_BYTES = 12  # the size for which AES-GCM is specified; random nonces are safe for 2^32 payloads of one key


class UndecryptablePayload(Exception):  # noqa: N818 - named for what a person sees
    """No key at hand decrypts a stored payload. The text names the key ids and the remedy."""


class KeyRing:
    """The keys that decrypt, by id, and the id of the key that encrypts. Its repr shows ids only."""

    def __init__(self, keys: Mapping[str, bytes], newest: str) -> None:
        # One cipher per key: making it costs more than encrypting a small payload.
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self.newest = newest

    @classmethod
    def parse(cls, text: SecretStr | str) -> "KeyRing":
        """Parse `id:base64,id:base64…`; the first key encrypts.

        Raises:
            SettingsError: a part is malformed, a key does not have 32 bytes, or an id occurs twice. No key is shown.
        """
        plain = text.get_secret_value() if isinstance(text, SecretStr) else text
        if found := flaw(plain):
            raise SettingsError(f"HOSTED_SMS_KEYS {found}.")
        keys: dict[str, bytes] = {}
        for position, part in enumerate(split_list(plain), start=1):
            key_id, key = _parse_key(part, position)
            if key_id in keys:
                raise SettingsError(f"HOSTED_SMS_KEYS has two keys with the id {key_id!r}: give each its own id.")
            keys[key_id] = key
        if not keys:
            raise SettingsError("HOSTED_SMS_KEYS holds no key: give it at least one as id:base64.")
        return cls(keys, newest=next(iter(keys)))

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all keys; the first encrypts."""
        return tuple(self._ciphers)

    def encrypt(self, content: bytes, bound_to: bytes | None = None) -> bytes:
        """Encrypt with the newest key, bound to associated data. The result begins with a random nonce."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._ciphers[self.newest].encrypt(nonce, content, bound_to)

    def decrypt(self, key_id: str, encrypted: bytes, bound_to: bytes | None = None) -> bytes:
        """Decrypt what was encrypted with the key `key_id` and bound to the same associated data.

        Raises:
            UndecryptablePayload: the ring has no such key, or another key with this id.
        """
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise UndecryptablePayload(
                f"This was encrypted with the key {key_id!r}, but the key ring holds only "
                f"{', '.join(map(repr, self.ids))}: add the key {key_id!r} at the end of HOSTED_SMS_KEYS."
            )
        try:
            return cipher.decrypt(encrypted[:_NONCE_BYTES], encrypted[_NONCE_BYTES:], bound_to)
        except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce
            raise UndecryptablePayload(
                f"This was encrypted with a key {key_id!r} that is not the key {key_id!r} of HOSTED_SMS_KEYS, or it "
                "was changed afterwards: restore the key with which it was written."
            ) from None

    def __contains__(self, key_id: object) -> bool:
        return key_id in self._ciphers

    def __repr__(self) -> str:
        return f"KeyRing(ids={list(self.ids)})"


def _parse_key(part: str, position: int) -> tuple[str, bytes]:
    key_id, colon, encoded = part.partition(":")
    if not colon or not ID.fullmatch(key_id):
        raise SettingsError(
            f"HOSTED_SMS_KEYS: key {position} must look like id:base64, where the id has 1 to 64 letters, digits and "
            ". _ - only: correct it."
        )
    try:
        return key_id, parse_key(encoded)
    except ValueError as error:
        raise SettingsError(
            f"HOSTED_SMS_KEYS: the key {key_id!r} must be the base64 of 32 bytes, but is {error}: "
            "make one with `openssl rand -base64 32`."
        ) from None
