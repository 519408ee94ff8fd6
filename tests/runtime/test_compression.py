"""Messages are packed before they are encrypted, and what was stored before that is still read."""

from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.compression import pack, unpack

PAYLOADS = st.binary(max_size=5000).map(lambda tail: b"\n" + tail) | st.binary(max_size=5000).map(lambda t: b"\x12" + t)
VERDICT = (
    b'\n\x16\n\x08encoding\x12\njson/plain\x12\x9c\x01{"next":"go_on","because":"Every number is settled.","need":null,'
    b'"numbers":{"+15125550101":{"state":"active","status":"successful","because":"It works.","next":"wait"}}}'
)


@given(PAYLOADS)
@settings(max_examples=200, deadline=None)
def test_what_was_packed_is_read_as_it_was(content: bytes) -> None:
    assert unpack(pack(content)) == content
    assert len(pack(content)) <= len(content)


@given(PAYLOADS)
@settings(max_examples=50, deadline=None)
def test_what_was_stored_before_anything_was_packed_is_read(content: bytes) -> None:
    assert unpack(content) == content


def test_a_usual_message_takes_less_than_half_of_its_bytes() -> None:
    assert len(pack(VERDICT)) < len(VERDICT) / 2


def test_the_words_never_change_since_what_was_packed_with_them_could_not_be_read() -> None:
    stored = bytes.fromhex("01c329318791ca81636a68646a6a6a606880124c44272acf12680ac108875a00")
    assert unpack(stored) == VERDICT
