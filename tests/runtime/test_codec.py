"""Payloads survive encryption and rotation, and show neither key nor content."""

import base64
import itertools
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from temporalio.api.common.v1 import Payload
from temporalio.converter import ActivitySerializationContext, WorkflowSerializationContext

from domain.unreadable import Reason
from runtime import markers
from runtime.codec import ENCODING, KEY_ID, MESSAGE, WORKFLOW, EncryptionCodec, KeyRing, UndecryptablePayload
from runtime.plaintext_codec import PlaintextCodec
from runtime.settings import SettingsError

_keys = itertools.count(1)


def new_key() -> str:
    """Another key in each call, and the same keys in every run, since they become part of test names."""
    return base64.b64encode(next(_keys).to_bytes(32, "big")).decode()


def codec(*keys: str) -> EncryptionCodec:
    return EncryptionCodec(KeyRing.parse(",".join(keys)))


OLD, NEW = f"old:{new_key()}", f"new:{new_key()}"
PAYLOAD = Payload(metadata={"encoding": b"json/plain"}, data=b'"+15125550100"')


_NAMES = st.text(max_size=20).filter(lambda name: name != MESSAGE)  # what names the message is for workers alone


@given(st.lists(st.builds(Payload, metadata=st.dictionaries(_NAMES, st.binary()), data=st.binary())))
async def test_any_payload_comes_back(payloads: list[Payload]) -> None:
    one = codec(NEW)
    assert await one.decode(await one.encode(payloads)) == payloads


async def test_neither_content_nor_metadata_is_readable() -> None:
    (encrypted,) = await codec(NEW).encode([PAYLOAD])
    assert encrypted.metadata["encoding"] == ENCODING
    assert b"5125550100" not in encrypted.SerializeToString()
    assert b"json/plain" not in encrypted.SerializeToString()


async def test_equal_payloads_are_encrypted_differently() -> None:
    one = codec(NEW)
    encrypted = await one.encode([PAYLOAD] * 50)
    assert len({payload.data for payload in encrypted}) == 50


async def test_a_rotated_ring_reads_old_payloads_and_writes_with_the_new_key() -> None:
    (before,) = await codec(OLD).encode([PAYLOAD])
    rotated = codec(NEW, OLD)
    assert await rotated.decode([before]) == [PAYLOAD]
    (after,) = await rotated.encode([PAYLOAD])
    assert await codec(NEW).decode([after]) == [PAYLOAD]


async def test_the_error_for_an_unknown_key_names_both_ids() -> None:
    encrypted = await codec(OLD).encode([PAYLOAD])
    with pytest.raises(UndecryptablePayload, match=r"'old'.*'new'.*HOSTED_SMS_KEYS"):
        await codec(NEW).decode(encrypted)


async def test_another_key_with_the_same_id_is_refused() -> None:
    encrypted = await codec(OLD).encode([PAYLOAD])
    with pytest.raises(UndecryptablePayload, match="'old'"):
        await codec(f"old:{new_key()}").decode(encrypted)


@given(st.integers(min_value=0), st.integers(1, 255))
async def test_a_changed_byte_is_noticed(place: int, change: int) -> None:
    one = codec(NEW)
    (encrypted,) = await one.encode([PAYLOAD])
    data = bytearray(encrypted.data)
    data[place % len(data)] ^= change
    with pytest.raises(UndecryptablePayload):
        await one.decode([Payload(metadata=encrypted.metadata, data=bytes(data))])


@given(st.binary(max_size=20), st.binary(max_size=20))
async def test_a_payload_that_only_claims_to_be_encrypted_is_refused(key_id: bytes, data: bytes) -> None:
    claim = Payload(metadata={"encoding": ENCODING, KEY_ID: key_id}, data=data)
    with pytest.raises(UndecryptablePayload):
        await codec(NEW).decode([claim])


async def test_plain_payloads_are_accepted_and_counted_with_one_warning(caplog: pytest.LogCaptureFixture) -> None:
    one = codec(NEW)
    assert await one.decode([PAYLOAD, PAYLOAD]) == [PAYLOAD, PAYLOAD]
    await one.decode([PAYLOAD])
    assert one.plain_payloads_seen == 3
    (line,) = caplog.records
    assert (line.message, vars(line)["plain_payloads_seen"]) == ("plain_payload_accepted", 1)
    assert "5125550100" not in str(vars(line))


async def test_encrypted_payloads_are_not_counted_as_plain() -> None:
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
def test_a_malformed_ring_is_refused_and_shows_no_key(text: str, part: str) -> None:
    with pytest.raises(SettingsError) as caught:
        KeyRing.parse(SecretStr(text))
    assert part in str(caught.value)
    shown = "".join(traceback.format_exception(caught.value))
    assert "sesame" not in shown
    assert "c2VzYW1l" not in shown
    assert OLD.split(":")[1] not in shown


def test_the_repr_shows_ids_only() -> None:
    ring = KeyRing.parse(f"{NEW},{OLD}")
    assert repr(ring) == "KeyRing(ids=['new', 'old'])"
    assert ring.newest == "new"


def test_a_key_may_use_the_url_safe_alphabet() -> None:
    key = base64.urlsafe_b64encode(b"\xff" * 32).decode()
    assert KeyRing.parse(f"a:{key}").ids == ("a",)


# Bound to a workflow


def of_workflow(one: EncryptionCodec, workflow_id: str, namespace: str = "default") -> EncryptionCodec:
    return one.with_context(WorkflowSerializationContext(namespace=namespace, workflow_id=workflow_id))


async def test_a_bound_payload_opens_for_its_workflow_its_activities_and_those_who_know_no_workflow() -> None:
    sealed = await of_workflow(codec(NEW), "w-1").encode([PAYLOAD])
    activity = ActivitySerializationContext("default", "1", "a", "q", "w-1", "W", is_local=False)
    for one in (of_workflow(codec(OLD, NEW), "w-1"), codec(NEW), codec(NEW).with_context(activity)):
        assert await one.decode(sealed) == [PAYLOAD]


async def test_a_bound_payload_opens_nowhere_else() -> None:
    (sealed,) = await of_workflow(codec(NEW), "w-1").encode([PAYLOAD])
    bare = Payload(metadata={name: value for name, value in sealed.metadata.items() if name != WORKFLOW})
    bare.data = sealed.data
    renamed = Payload(metadata={**sealed.metadata, WORKFLOW: b"w-2"}, data=sealed.data)
    standalone = ActivitySerializationContext("default", "1", "a", "q", None, None, is_local=False)
    for one, payload in (
        (of_workflow(codec(NEW), "w-2"), sealed),
        (of_workflow(codec(NEW), "w-2"), renamed),
        (of_workflow(codec(NEW), "w-1", "other"), sealed),
        (of_workflow(codec(NEW), "w-1"), bare),
        (codec(NEW).with_context(standalone), sealed),
    ):
        with pytest.raises(UndecryptablePayload):
            await one.decode([payload])


async def test_the_codec_of_a_worker_marks_what_it_must_not_use_and_never_raises() -> None:
    (sealed,) = await of_workflow(codec(NEW), "w-1").encode([PAYLOAD])
    (unbound,) = await codec(NEW).encode([PAYLOAD])
    readable = {Reason.PLAIN, Reason.UNBOUND}
    for one, payload, reason in (
        (of_workflow(codec(NEW), "w-1"), PAYLOAD, Reason.PLAIN),
        (of_workflow(codec(NEW), "w-1"), unbound, Reason.UNBOUND),
        (of_workflow(codec(NEW), "w-2"), sealed, Reason.FOREIGN),
        (of_workflow(codec(OLD), "w-1"), sealed, Reason.UNKNOWN_KEY),
        (of_workflow(codec(f"new:{new_key()}"), "w-1"), sealed, Reason.DAMAGED),
        (PlaintextCodec(), sealed, Reason.UNKNOWN_KEY),
    ):
        (found,) = await one.for_worker().decode([payload])
        assert markers.fault_of(found).reason is reason
        assert markers.content_of(found) == (PAYLOAD if reason in readable else None)
