"""Messages are packed before they are encrypted, and content that was stored unpacked can be read."""

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
def test_packed_content_comes_back(content: bytes) -> None:
    assert unpack(pack(content)) == content
    assert len(pack(content)) <= len(content)


@given(PAYLOADS)
@settings(max_examples=50, deadline=None)
def test_unpacked_content_comes_back(content: bytes) -> None:
    assert unpack(content) == content


def test_a_usual_message_shrinks_to_less_than_half() -> None:
    assert len(pack(VERDICT)) < len(VERDICT) / 2


def test_content_that_was_packed_long_ago_can_be_read() -> None:
    stored = bytes.fromhex("01c329318791ca81636a68646a6a6a606880124c44272acf12680ac108875a00")
    assert unpack(stored) == VERDICT
