"""Encryption of payloads: round trips, rotation, and that no key and no content leaks."""

import base64
import itertools
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from structlog.testing import capture_logs
from temporalio.api.common.v1 import Payload

from runtime.codec import ENCODING, KEY_ID, EncryptionCodec, KeyRing, UndecryptablePayload
from runtime.settings import SettingsError

_keys = itertools.count(1)


def new_key() -> str:
    """A key that no other call gives, and the same in every run: it stands in the names of tests."""
    return base64.b64encode(next(_keys).to_bytes(32, "big")).decode()


def codec(*keys: str) -> EncryptionCodec:
    return EncryptionCodec(KeyRing.parse(",".join(keys)))


OLD, NEW = f"old:{new_key()}", f"new:{new_key()}"
PAYLOAD = Payload(metadata={"encoding": b"json/plain"}, data=b'"+15125550100"')


@given(st.lists(st.builds(Payload, metadata=st.dictionaries(st.text(max_size=20), st.binary()), data=st.binary())))
async def test_any_payload_comes_back_as_it_was(payloads: list[Payload]) -> None:
    one = codec(NEW)
    assert await one.decode(await one.encode(payloads)) == payloads


async def test_neither_content_nor_metadata_stays_readable() -> None:
    (sealed,) = await codec(NEW).encode([PAYLOAD])
    assert sealed.metadata["encoding"] == ENCODING
    assert b"5125550100" not in sealed.SerializeToString()
    assert b"json/plain" not in sealed.SerializeToString()


async def test_equal_payloads_look_different_each_time() -> None:
    one = codec(NEW)
    sealed = await one.encode([PAYLOAD] * 50)
    assert len({payload.data for payload in sealed}) == 50


async def test_after_a_rotation_old_payloads_are_read_and_new_ones_use_the_new_key() -> None:
    (before,) = await codec(OLD).encode([PAYLOAD])
    rotated = codec(NEW, OLD)
    assert await rotated.decode([before]) == [PAYLOAD]
    (after,) = await rotated.encode([PAYLOAD])
    assert await codec(NEW).decode([after]) == [PAYLOAD]


async def test_an_unknown_key_is_an_error_that_names_both_ids() -> None:
    sealed = await codec(OLD).encode([PAYLOAD])
    with pytest.raises(UndecryptablePayload, match=r"key 'old'.*holds only 'new'.*HOSTED_SMS_KEYS"):
        await codec(NEW).decode(sealed)


async def test_another_key_under_the_same_id_is_told_from_an_unknown_one() -> None:
    sealed = await codec(OLD).encode([PAYLOAD])
    with pytest.raises(UndecryptablePayload, match="that is not the key 'old'"):
        await codec(f"old:{new_key()}").decode(sealed)


@given(st.integers(min_value=0), st.integers(1, 255))
async def test_a_single_changed_byte_is_noticed(place: int, change: int) -> None:
    one = codec(NEW)
    (sealed,) = await one.encode([PAYLOAD])
    data = bytearray(sealed.data)
    data[place % len(data)] ^= change
    with pytest.raises(UndecryptablePayload):
        await one.decode([Payload(metadata=sealed.metadata, data=bytes(data))])


@given(st.binary(max_size=20), st.binary(max_size=20))
async def test_what_only_claims_to_be_encrypted_is_refused(key_id: bytes, data: bytes) -> None:
    claim = Payload(metadata={"encoding": ENCODING, KEY_ID: key_id}, data=data)
    with pytest.raises(UndecryptablePayload):
        await codec(NEW).decode([claim])


async def test_plain_payloads_are_accepted_counted_and_warned_about_once() -> None:
    one = codec(NEW)
    with capture_logs() as lines:
        assert await one.decode([PAYLOAD, PAYLOAD]) == [PAYLOAD, PAYLOAD]
        await one.decode([PAYLOAD])
    assert one.plain_payloads_seen == 3
    assert [line["event"] for line in lines] == ["plain_payload_accepted"]
    assert "5125550100" not in str(lines)


async def test_encrypted_payloads_count_as_none() -> None:
    one = codec(NEW)
    await one.decode(await one.encode([PAYLOAD]))
    assert one.plain_payloads_seen == 0


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "holds no key"),
        (" , ", "holds no key"),
        (new_key(), "key 1 must look like id:base64"),
        (f"{OLD},:{new_key()}", "key 2 must look like id:base64"),
        (f"a b:{new_key()}", "key 1 must look like id:base64"),
        ("short:c2VzYW1l", "is 6 bytes"),
        ("odd:sesame!", "is not base64"),
        (f"{OLD},{OLD}", "two keys with the id 'old'"),
    ],
)
def test_a_malformed_ring_is_refused_without_showing_a_key(text: str, part: str) -> None:
    with pytest.raises(SettingsError) as caught:
        KeyRing.parse(SecretStr(text))
    assert part in str(caught.value)
    shown = "".join(traceback.format_exception(caught.value))
    assert "sesame" not in shown
    assert "c2VzYW1l" not in shown
    assert OLD.split(":")[1] not in shown


def test_a_ring_shows_ids_only() -> None:
    ring = KeyRing.parse(f"{NEW},{OLD}")
    assert repr(ring) == "KeyRing(ids=['new', 'old'])"
    assert ring.newest == "new"


def test_a_key_may_use_the_alphabet_of_addresses() -> None:
    key = base64.urlsafe_b64encode(b"\xff" * 32).decode()
    assert KeyRing.parse(f"a:{key}").ids == ("a",)
