"""US phone numbers: as people type them, as Telnyx wants them (E.164), and masked for logs and notifications."""

import re

_E164_US = re.compile(r"\+1[0-9]{10}")
_SPELLING = re.compile(r"\+?[0-9\s().\-/]+")
_NATIONAL = 10
_SHOWN = 80  # characters of what was typed
# A number in E.164, also within a URL, and a code typed after it: +15125550100=12345
_WRITTEN_E164 = re.compile(r"(?:\+|%2B)[0-9]{4,11}([0-9]{4})(?![0-9])(=[A-Za-z0-9]+)?", re.IGNORECASE)
# A US number in any other spelling. Area codes begin with 2 to 9, so a Unix time does not match.
_WRITTEN_US = re.compile(
    r"(?<![0-9A-Za-z])(?<![0-9]\.)(?:\+?1[\s.-]?)?\(?[2-9][0-9]{2}\)?[\s.-]{0,3}[0-9]{3}[\s.-]{0,3}([0-9]{4})"
    r"(?![0-9A-Za-z])(=[A-Za-z0-9]+)?"
)


class NotAPhoneNumber(ValueError):  # noqa: N818 - the name is the sentence
    """The text is not a US phone number; the message shows the text and what is expected."""


def normalize(text: str) -> str:
    """Turn a number in any usual US spelling into E.164.

    Args:
        text: what a person typed, such as `(512) 555-0100`, `512.555.0100`, `1-512-555-0100` or `+15125550100`.

    Raises:
        NotAPhoneNumber: the text is no US number; the message is for the person who typed it.
    """
    typed = text.strip()
    digits = re.sub(r"[^0-9]", "", typed)
    shown = repr(typed[:_SHOWN])
    if not _SPELLING.fullmatch(typed) or not digits:
        raise NotAPhoneNumber(f"{shown} is not a phone number; write a US number such as +15125550100.")
    if typed.startswith("+") and not digits.startswith("1"):
        raise NotAPhoneNumber(f"{shown} is not a US number; write +1 and ten digits, such as +15125550100.")
    has_country_code = len(digits) == _NATIONAL + 1 and digits.startswith("1")
    if has_country_code or (len(digits) == _NATIONAL and not typed.startswith("+")):
        return f"+1{digits[-_NATIONAL:]}"
    raise NotAPhoneNumber(f"{shown} is not a US number; it has {len(digits)} digits instead of +1 and ten digits.")


def is_e164_us(text: str) -> bool:
    """Say whether a text is `+1` and ten digits."""
    return _E164_US.fullmatch(text) is not None


def mask(phone_number: str) -> str:
    """Show only the last four digits: `…0100`."""
    return f"…{phone_number[-4:]}"


def mask_all(text: str) -> str:
    """Mask every phone number in a text, in any spelling.

    A code typed after a number (`+15125550100=12345`) is removed with it.
    """
    return _WRITTEN_US.sub(r"…\1", _WRITTEN_E164.sub(r"…\1", text))
