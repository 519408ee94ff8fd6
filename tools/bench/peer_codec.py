"""The encryption of the honest peer: each payload as a whole, with AES-GCM under one key."""

import dataclasses
import os
from collections.abc import Sequence

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes, PayloadCodec

_ENCODING = b"binary/encrypted"
_NONCE = 12


class PeerCodec(PayloadCodec):
    """Encrypts and decrypts payloads."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Encrypt payloads."""
        return [self._encrypted(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Decrypt what is encrypted."""
        return [self._decrypted(one) if one.metadata["encoding"] == _ENCODING else one for one in payloads]

    def _encrypted(self, payload: Payload) -> Payload:
        nonce = os.urandom(_NONCE)
        data = nonce + self._cipher.encrypt(nonce, payload.SerializeToString(), None)
        return Payload(metadata={"encoding": _ENCODING}, data=data)

    def _decrypted(self, payload: Payload) -> Payload:
        nonce, data = payload.data[:_NONCE], payload.data[_NONCE:]
        return Payload.FromString(self._cipher.decrypt(nonce, data, None))


def peer_converter(key: str) -> DataConverter:
    """The converter of worker and people; the key is in hexadecimal."""
    return dataclasses.replace(
        pydantic_data_converter,
        payload_codec=PeerCodec(bytes.fromhex(key)),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )
