"""Removes from a text what an error must never hold: secrets, and phone numbers except their last four digits.

Telnyx may repeat in an error what we sent, so every text of an error goes through here.
"""

import re
from collections.abc import Iterable
from urllib.parse import quote

MAX_CHARACTERS = 300
"""The longest title or detail that is kept, since an error is a sentence."""

_UUID_OR_NUMBER = re.compile(
    r"(?P<uuid>\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b)"
    r"|(?<!\d)(?:(?:\+|%2B)\d{5,15}|\d{7,15}|(?:\+?1[ .-]?)?\(?\d{3}\)?[ .-]?\d{3}[ .-]\d{4})(?!\d)",
    re.IGNORECASE,
)


def mask_number(phone_number: str) -> str:
    """`…0101` for `+12125550101`: a person can recognize the number, but not call it."""
    digits = re.sub(r"\D", "", phone_number)
    return f"…{digits[-4:]}"


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` on one line, cut to `MAX_CHARACTERS`, without `secrets`, whole phone numbers and what cannot be printed.

    A secret is also found in its URL-quoted forms. UUIDs are kept, since a support person needs the ids.
    """
    for spelling in sorted(_spellings(secrets), key=len, reverse=True):
        text = text.replace(spelling, "[hidden]")
    masked = _UUID_OR_NUMBER.sub(lambda hit: hit[0] if hit["uuid"] else mask_number(hit[0]), text)
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in masked).split())
    return line if len(line) <= MAX_CHARACTERS else line[: MAX_CHARACTERS - 1] + "…"


def _spellings(secrets: Iterable[str]) -> set[str]:
    """Each secret as it is, and quoted as the parts of a URL are."""
    given = set(filter(None, secrets))
    return given | {
        quote(secret, safe=kept, errors="replace") for secret in given for kept in ("", "/", "/:=@!$'()*,;")
    }
