"""Makes small messages smaller before they are encrypted: a history holds dozens, and each says much the same.

A message of a few hundred bytes repeats little of itself, so the words that all of them share are given beforehand.
They are part of the format: what was packed with them can only be read with them, so `_WORDS_1` never changes, and a
better list becomes `_WORDS_2` with a mark of its own.
"""

import zlib

_MARK_1 = b"\x01"
"""In front of what is packed with the first list; a plain message begins with 0x0a or 0x12 (protobuf)."""

_WORDS_1 = (
    b'"reference":"messaging_profile_id":"customer":"internal_transfer":false,"all_or_nothing":false,"contact_hours":"'
    b'"verification_method":"sms","needed_by":null,"campaign_id":null},"by":"","carry":null}"loa":{"sha256":"'
    b'.pdf"},"bill":{"sha256":"","size":,"name":"loa.pdf"accepted":true,"sentence":"code":"codes":[{"phone_number":"+1'
    b'"reminders":["2026-"deadline":"2026-,"escalate_at":"T15:00:00Z","events":[{"at":"","what":"","by":""},'
    b'"left_behind":[],"partial":false}"outcome":"active","step":"review","documents","round":1,"order_ids":["'
    b'"asks":[],"result":"verified"}],"told":null}{"account":"default","phone_numbers":["+1","order_id":"'
    b'","known":{"unverified":["verified":["in_review":["+1"]},"papers_given":true,"digest":"","review_since":null}'
    b"The LOA and the bill were uploaded.The number is active (successful). Nothing to do: SMS works."
    b"Telnyx and the losing carrier are at work on it (provisioning).The order waits for codes and papers (pending)."
    b'{"next":"go_on","because":"Every number is settled.","need":null,"numbers":{"+1":{"state":"in_review","status":'
    b'"pending","because":"Its ownership code is awaited (pending).","next":"wait"}},"order_id":"","digest":"",'
    b'"late_since":null\n\x16\n\x08encoding\x12\njson/plain\x12'
)

_WINDOW, _MEMORY = 12, 4
"""4 KB to look back on hold the words and a usual message; clearing the library's usual 256 KB takes ten times as long
as packing one (3 and 40 µs)."""


def pack(content: bytes) -> bytes:
    """The content in fewer bytes, or as it is where that saves nothing."""
    packing = zlib.compressobj(wbits=-_WINDOW, memLevel=_MEMORY, zdict=_WORDS_1)
    packed = _MARK_1 + packing.compress(content) + packing.flush()
    return packed if len(packed) < len(content) else content


def unpack(content: bytes) -> bytes:
    """What was packed; also what was stored before anything was packed."""
    if not content.startswith(_MARK_1):
        return content
    return zlib.decompressobj(wbits=-zlib.MAX_WBITS, zdict=_WORDS_1).decompress(content[1:])
