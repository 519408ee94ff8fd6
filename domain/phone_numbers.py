"""US phone numbers as people type them, and as Telnyx wants them (E.164)."""

import re

_E164_US = re.compile(r"\+1[0-9]{10}")
_SPELLING = re.compile(r"\+?[0-9\s().\-/]+")
_NATIONAL = 10


class NotAPhoneNumber(ValueError):  # noqa: N818 - the name is the sentence
    """The text is not a US phone number; the message says what was seen and what is expected."""


def normalize(text: str) -> str:
    """Turn any usual US spelling into E.164.

    Args:
        text: such as `(512) 555-0100`, `512.555.0100`, `1-512-555-0100` or `+15125550100`.

    Raises:
        NotAPhoneNumber: one sentence for the person who typed it.
    """
    typed = text.strip()
    digits = re.sub(r"[^0-9]", "", typed)
    if not _SPELLING.fullmatch(typed) or not digits:
        raise NotAPhoneNumber(f"{typed!r} is not a phone number: expected a US number such as +15125550100.")
    if typed.startswith("+") and not digits.startswith("1"):
        raise NotAPhoneNumber(f"{typed!r} is not a US number: hosting takes +1 and ten digits, such as +15125550100.")
    has_country_code = len(digits) == _NATIONAL + 1 and digits.startswith("1")
    if has_country_code or (len(digits) == _NATIONAL and not typed.startswith("+")):
        return f"+1{digits[-_NATIONAL:]}"
    raise NotAPhoneNumber(f"{typed!r} is not a US number: it has {len(digits)} digits, +1 and ten more are expected.")


def is_e164_us(text: str) -> bool:
    """Whether a text is already `+1` and ten digits."""
    return _E164_US.fullmatch(text) is not None


def mask(phone_number: str) -> str:
    """The last four digits, for logs and notifications: `…0100`."""
    return f"…{phone_number[-4:]}"
