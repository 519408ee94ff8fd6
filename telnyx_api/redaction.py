"""Takes out of a text what must never stand in an error: secrets whole, phone numbers but for their last four digits.

Telnyx may repeat what we sent in the detail of an error, so every word of it passes through here.
"""

import re
from collections.abc import Iterable
from urllib.parse import quote

MOST_CHARACTERS = 300
"""The longest text kept of one title or detail; an error is a sentence, not a page."""

_UUID_OR_NUMBER = re.compile(
    r"(?P<uuid>\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b)"
    r"|(?<!\d)(?:(?:\+|%2B)\d{5,15}|\d{7,15}|(?:\+?1[ .-]?)?\(?\d{3}\)?[ .-]?\d{3}[ .-]\d{4})(?!\d)",
    re.IGNORECASE,
)


def mask_number(phone_number: str) -> str:
    """`…0101` for `+12125550101`: enough for a person to recognise the number, not enough to ring it."""
    digits = re.sub(r"\D", "", phone_number)
    return f"…{digits[-4:]}"


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` on one line, cut to a sensible length, without `secrets` and without whole phone numbers.

    A secret is also hidden as an address would spell it. Ids in the form of a UUID are kept, since a support person
    needs them.
    """
    for spelling in sorted(_spellings(secrets), key=len, reverse=True):
        text = text.replace(spelling, "[hidden]")
    masked = _UUID_OR_NUMBER.sub(lambda hit: hit[0] if hit["uuid"] else mask_number(hit[0]), text)
    line = " ".join(masked.split())
    return line if len(line) <= MOST_CHARACTERS else line[: MOST_CHARACTERS - 1] + "…"


def _spellings(secrets: Iterable[str]) -> set[str]:
    """Each secret as it is and as quoted in an address, loosely or strictly."""
    given = set(filter(None, secrets))
    return given | {
        quote(secret, safe=kept, errors="replace") for secret in given for kept in ("", "/", "/:=@!$'()*,;")
    }
