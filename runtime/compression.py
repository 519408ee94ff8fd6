"""Compresses small messages before they are encrypted. A history holds dozens that are much alike.

A message of a few hundred bytes repeats little of itself, so a dictionary holds the texts that most messages share. The
dictionary is part of the format: packed content can be read only with it. So `_DICTIONARY_1` never changes, and a
better one becomes `_DICTIONARY_2` with a mark of its own.
"""

import zlib

_MARK_1 = b"\x01"
"""The first byte of content packed with the first dictionary. A plain message begins with 0x0a or 0x12 (protobuf)."""

_DICTIONARY_1 = (
    # What people read: summaries and events.
    b'"Started by **unknown** for account `default`.\\n\\n- Messaging profile: `\\n- Documents at the start: LOA and '
    b'bill\\n\\nWhere it stands and how to answer: `hosted-sms show `"Host 1 number (\xe2\x80\xa60'
    b'"check whether 1 number(s) can be hosted""place the order for 1 number(s)""watch the order "'
    b'"have codes sent to 1 number(s) by sms""submit the codes of 1 number(s)""plan reminders about codes"'
    b'"remind about codes""upload LOA and bill to the order""tell how it ended"'
    b'"},{"at":"2026-11-24T15:00:00.000000Z","what":"Asked a person for codes, about 1 number(s).","by":""'
    b"1 code(s) accepted.Ended: active.Order : The LOA and the bill were uploaded.1 of 1 numbers can be hosted."
    b'"status":"eligible","because":"The number can be hosted (eligible).","next":"wait"}},"fingerprints":["'
    b'"],"hosted_elsewhere":[]}"because":"Telnyx texted a code to it."'
    b'Its code was accepted (verified)."state":"verified'
    b'"message":"stack_trace":""'
    # The start of a request, and the updates that people send.
    b'"reference":"messaging_profile_id":"customer":"","internal_transfer":false,"all_or_nothing":false}'
    b'"options":{"all_or_nothing":false,"verification_method":"sms","internal_transfer":false,"contact_hours":"",'
    b'"needed_by":null,"campaign_id":null},"by":"","carry":null}"loa":{"sha256":"","size":6,"name":"loa.pdf"},'
    b'"bill":{"sha256":"","size":6,"name":"bill.pdf"}{"codes":[{"phone_number":"+1","code":""}],"by":""}'
    b'{"accepted":true,"sentence":"","numbers":[{"phone_number":"+1","result":"verified"}]}'
    # Inputs and results of the activities.
    b'"started_afresh":false,"adopt":"","method":"sms","now":"2026-","earlier":{}"results":["sent":["+1"],"unsent":[],'
    b'"not_before":null}{"reminders":["2026-12-01T15:00:00Z","deadline":"2026-,"escalate_at":"T15:00:00Z"'
    b'"events":[{"at":"2026-"left_behind":[],"partial":false}"outcome":"active","step":"done","review","documents",'
    b'"round":1,"order_ids":["asks":[],"told":null}{"account":"default","phone_numbers":["+1","order_id":"'
    b'","known":{"unverified":["verified":["in_review":["+1"]},"papers_given":true,"digest":"","review_since":"2026-'
    b'"papers_given":false,"digest":"","review_since":null}"state":"active","status":"successful","because":"'
    b"The number is active (successful). Nothing to do: SMS works."
    b"Telnyx and the losing carrier are at work on it (provisioning).The order waits for codes and papers (pending)."
    b'{"next":"go_on","because":"Every number is settled.","need":null,"numbers":{"+1":{"state":"in_review","status":'
    b'"pending","because":"Its ownership code is awaited (pending).","next":"wait"}},"order_id":"","digest":"",'
    b'"late_since":null\n\x16\n\x08encoding\x12\njson/plain\x12'
)

MAX_UNPACKED = 4 * 1024 * 1024
"""Bytes of content. Temporal takes 2 MB in a payload and 4 MB in a message, and ours have a few hundred. Without it, a
few kilobytes of packed zeros would fill the memory."""

_WINDOW, _MEMORY = 12, 4
"""A window of 4 KB holds the dictionary and a usual message. Clearing the library's default of 256 KB takes 40 µs, and
packing one message 3 µs."""


class NotUnpackable(ValueError):  # noqa: N818 - named for what was seen
    """Content that is damaged, or that becomes too large."""


def pack(content: bytes) -> bytes:
    """Compress content; it stays as it is where that saves nothing, and when it is too large to be unpacked."""
    if len(content) > MAX_UNPACKED:
        return content
    packer = zlib.compressobj(wbits=-_WINDOW, memLevel=_MEMORY, zdict=_DICTIONARY_1)
    packed = _MARK_1 + packer.compress(content) + packer.flush()
    return packed if len(packed) < len(content) else content


def unpack(content: bytes) -> bytes:
    """The content before `pack`. Content that was stored without packing is returned as it is.

    Raises:
        NotUnpackable: it was not packed by `pack`.
    """
    if not content.startswith(_MARK_1):
        return content
    unpacker = zlib.decompressobj(wbits=-zlib.MAX_WBITS, zdict=_DICTIONARY_1)
    try:
        unpacked = unpacker.decompress(content[1:], MAX_UNPACKED + 1)
    except zlib.error:
        raise NotUnpackable("It is damaged.") from None
    if len(unpacked) > MAX_UNPACKED:
        raise NotUnpackable(f"It has more than {MAX_UNPACKED:,} bytes when it is unpacked.")
    return unpacked
