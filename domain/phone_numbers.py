"""US phone numbers: as people type them, as Telnyx wants them (E.164), and masked for logs and notifications."""

import re

from domain.pasted_text import clean

_TOLL_FREE = frozenset({"800", "833", "844", "855", "866", "877", "888"})
"""The area codes of toll-free numbers in the North American plan."""
_E164_US = re.compile(r"\+1[2-9][0-9]{2}[2-9][0-9]{6}")
_GAP = r"[ \t\r\n.\-/]{0,3}"
# The groups of a US number are 3, 3 and 4 digits. Area code and exchange begin with 2 to 9 in the North American plan.
_SPELLING = re.compile(
    rf"(?:tel:{_GAP})?(?:\(?\+?1\)?{_GAP})?\(?([2-9][0-9]{{2}})\)?{_GAP}([2-9][0-9]{{2}}){_GAP}([0-9]{{4}})",
    re.IGNORECASE,
)
_PHONE_CHARACTERS = re.compile(r"(?:tel:)?[\s(]{0,3}\+?[0-9\s().\-/]*", re.IGNORECASE)
_WHOLE = re.compile(r"(\+?[0-9]+)\.0+")
_AMOUNT = re.compile(r"[0-9]+\.[0-9]+")
_SHORTENED = re.compile(r"[0-9](?:\.[0-9]+)?E\+?[0-9]+", re.IGNORECASE)
LONGEST_SPELLING = 40
"""Characters of a number in its longest usual spelling, generously."""
_NATIONAL = 10
_SHOWN = 80  # characters of what was typed
# A number in E.164, also within a URL, and a code typed after it: +15125550100=12345
_WRITTEN_E164 = re.compile(r"(?:\+|%2B)[0-9]{4,11}([0-9]{4})(?![0-9])(=[A-Za-z0-9]+)?", re.IGNORECASE)
# A US number in any other spelling. Area codes begin with 2 to 9, so a Unix time does not match.
_WRITTEN_GAP = r"[\s./\u2010-\u2015\u2212-]"
_WRITTEN_US = re.compile(
    rf"(?<![0-9A-Za-z])(?<![0-9]\.)(?:\+?1{_WRITTEN_GAP}?)?\(?[2-9][0-9]{{2}}\)?{_WRITTEN_GAP}{{0,3}}[0-9]{{3}}"
    rf"{_WRITTEN_GAP}{{0,3}}([0-9]{{4}})"
    r"(?![0-9A-Za-z])(=[A-Za-z0-9]+)?"
)


class NotAPhoneNumber(ValueError):  # noqa: N818 - the name is the sentence
    """The text is not a US phone number; the message shows the text and what is expected."""


def normalize(text: str) -> str:
    """Turn a number in any usual US spelling into E.164.

    Args:
        text: what a person typed or pasted, such as `(512) 555-0100`, `512.555.0100`, `1-512-555-0100`,
            `tel:+15125550100`, or `5125550100.0` from a spreadsheet.

    Raises:
        NotAPhoneNumber: the text is no US number; the message is for the person who typed it.
    """
    typed = clean(text)
    # A spreadsheet that takes a number for an amount writes `.0` after it.
    whole = _WHOLE.fullmatch(typed)
    wanted = whole[1] if whole else typed
    spelling = None if _AMOUNT.fullmatch(wanted) else _SPELLING.fullmatch(wanted[: LONGEST_SPELLING + 1])
    if spelling is None:
        raise NotAPhoneNumber(f"{typed[:_SHOWN]!r} {_what_is_wrong(wanted)}.")
    return f"+1{spelling[1]}{spelling[2]}{spelling[3]}"


def _what_is_wrong(typed: str) -> str:
    """Why a text is no US number, and what to write instead."""
    if _SHORTENED.fullmatch(typed):
        return "was shortened by a spreadsheet; format its column as text and type the number again"
    digits = re.sub(r"[^0-9]", "", typed)
    if not digits or not _PHONE_CHARACTERS.fullmatch(typed):
        return "is not a phone number; write a US number such as +15125550100"
    if "+" in typed and not digits.startswith("1"):
        return "is not a US number; write +1 and ten digits, such as +15125550100"
    national = digits[1:] if len(digits) == _NATIONAL + 1 and digits.startswith("1") else digits
    if len(national) != _NATIONAL or ("+" in typed and national == digits):
        return f"is not a US number; it has {len(digits)} digits instead of +1 and ten digits"
    if not is_e164_us(f"+1{national}"):
        return "is not a US number; the area code and the three digits after it each begin with 2 to 9"
    return "is not grouped as a US number; write it as 512-555-0100 or +15125550100"


def is_e164_us(text: str) -> bool:
    """Say whether a text is a US number in E.164: `+1`, an area code and an exchange that begin with 2 to 9."""
    return _E164_US.fullmatch(text) is not None


def is_toll_free(phone_number: str) -> bool:
    """Say whether a US number in E.164 is toll-free, by its area code."""
    return phone_number[2:5] in _TOLL_FREE


def mask(phone_number: str) -> str:
    """Show only the last four digits: `…0100`."""
    return f"…{phone_number[-4:]}"


def mask_all(text: str) -> str:
    """Mask every phone number in a text, in any spelling.

    A code typed after a number (`+15125550100=12345`) is removed with it.
    """
    return _WRITTEN_US.sub(r"…\1", _WRITTEN_E164.sub(r"…\1", text))
