"""US phone numbers as people type them, and as Telnyx wants them (E.164)."""

import re

_E164_US = re.compile(r"\+1[0-9]{10}")
_SPELLING = re.compile(r"\+?[0-9\s().\-/]+")
_NATIONAL = 10
_SHOWN = 80  # characters of what was typed
# A number in E.164, also as part of an address, and the code that a person typed after it: +15125550100=12345
_WRITTEN_E164 = re.compile(r"(?:\+|%2B)[0-9]{4,11}([0-9]{4})(?![0-9])(=[A-Za-z0-9]+)?", re.IGNORECASE)
# A US number in any other spelling. Area codes begin with 2 to 9, so a Unix time is not taken for one.
_WRITTEN_US = re.compile(
    r"(?<![0-9A-Za-z])(?<![0-9]\.)(?:\+?1[\s.-]?)?\(?[2-9][0-9]{2}\)?[\s.-]{0,3}[0-9]{3}[\s.-]{0,3}([0-9]{4})"
    r"(?![0-9A-Za-z])(=[A-Za-z0-9]+)?"
)


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
    shown = repr(typed[:_SHOWN])
    if not _SPELLING.fullmatch(typed) or not digits:
        raise NotAPhoneNumber(f"{shown} is not a phone number: expected a US number such as +15125550100.")
    if typed.startswith("+") and not digits.startswith("1"):
        raise NotAPhoneNumber(f"{shown} is not a US number: hosting takes +1 and ten digits, such as +15125550100.")
    has_country_code = len(digits) == _NATIONAL + 1 and digits.startswith("1")
    if has_country_code or (len(digits) == _NATIONAL and not typed.startswith("+")):
        return f"+1{digits[-_NATIONAL:]}"
    raise NotAPhoneNumber(f"{shown} is not a US number: it has {len(digits)} digits, +1 and ten more are expected.")


def is_e164_us(text: str) -> bool:
    """Whether a text is already `+1` and ten digits."""
    return _E164_US.fullmatch(text) is not None


def mask(phone_number: str) -> str:
    """The last four digits, for logs and notifications: `…0100`."""
    return f"…{phone_number[-4:]}"


def mask_all(text: str) -> str:
    """A text in which every phone number, in whatever spelling, keeps its last four digits alone.

    A code that was typed after a number (`+15125550100=12345`) goes with it.
    """
    return _WRITTEN_US.sub(r"…\1", _WRITTEN_E164.sub(r"…\1", text))
