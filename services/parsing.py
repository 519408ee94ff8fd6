"""Parses what people type or paste: references, phone numbers, ids, codes, times.

Each function cleans the text first (`domain.pasted_text`), returns what it stands for, and refuses in one sentence.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from domain import contact_hours as hours
from domain import names
from domain.imports import is_import_id, is_reserved_for_imports
from domain.messages import Code
from domain.pasted_text import clean
from domain.phone_numbers import LONGEST_SPELLING, NotAPhoneNumber, normalize
from domain.printable import is_printable
from domain.text import join_some, name_zone
from services.errors import Refused

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_PLAIN = re.compile(r"[^\"'\\\x00-\x1f\x7f]{1,64}")
_CODE = re.compile(r"[0-9]{3,12}")
_SPAN = re.compile(r"([0-9]{1,4})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_LONGEST = 11  # digits of a US number with its country code


def reference(typed: str) -> str:
    """The reference, when it is well-formed."""
    text = clean(typed)
    if not names.is_reference(text):
        raise Refused(f"{text[:80]!r} is no reference: use 1 to 64 letters, digits, dots, underscores or hyphens.")
    if names.is_reserved_for_accounts(text):
        raise Refused(f"{text!r} is no reference: `account-…` is reserved for Telnyx accounts, so choose another.")
    if is_reserved_for_imports(text):
        raise Refused(f"{text!r} is no reference but an import: see `hosted-sms import list`.")
    return text


def new_reference(typed: str) -> str:
    """The reference of a request that is to be started. One that exists may have a form that is refused today."""
    text = reference(typed)
    if names.looks_like_an_option(text):
        raise Refused(f"{text!r} is no reference: a command would take it for an option, so begin with another sign.")
    return text


def import_id(typed: str) -> str:
    """The id of an import, when it is well-formed."""
    text = clean(typed)
    if not is_import_id(text):
        raise Refused(f"{text[:80]!r} is no id of an import: `hosted-sms import list` shows the ids.")
    return text


def account(typed: str) -> str:
    """The name of a Telnyx account, when it is well-formed."""
    text = clean(typed)
    if not _ID.fullmatch(text):
        raise Refused(f"{text[:80]!r} is no account name: use 1 to 64 letters, digits, dots, underscores or hyphens.")
    return text


def customer(typed: str) -> str:
    """The id of a customer, when it is well-formed. It is readable on the server and stands in queries."""
    text = clean(typed)
    if text and not (_PLAIN.fullmatch(text) and is_printable(text)):
        raise Refused(f"{text[:80]!r} is no customer id: use at most 64 characters, without quotes or backslashes.")
    return text


def contact_hours(typed: str) -> str:
    """The hours in which codes may be sent, as typed, when they can be parsed."""
    text = clean(typed)
    try:
        hours.parse_contact_hours(text)
    except ValueError as error:
        raise Refused(str(error)) from None
    return text


def instant(typed: str, now: datetime) -> datetime:
    """An instant: `30m`, `24h` or `3d` before now, or a date or time by ISO 8601, in UTC unless it names a zone."""
    text = clean(typed)
    span = _SPAN.fullmatch(text)
    if span:
        return now - timedelta(**{_UNITS[span[2]]: int(span[1])})
    try:
        return name_zone(datetime.fromisoformat(text)).astimezone(UTC)
    except (ValueError, OverflowError):  # the first and the last hours of the calendar have no time in UTC
        raise Refused(f"{text[:80]!r} is no time: write 24h, 3d or a time such as 2026-11-30T09:00.") from None


def profile(typed: str) -> str:
    """The id of a messaging profile, when it is well-formed. The preflight asks whether Telnyx knows it."""
    text = clean(typed)
    if not _ID.fullmatch(text):
        raise Refused(f"{text[:80]!r} is no messaging profile id: copy it from the Telnyx portal, Messaging, Profiles.")
    return text


def phone_number(text: str) -> str:
    """One US number in E.164."""
    try:
        return normalize(text)
    except NotAPhoneNumber as error:
        raise Refused(str(error)) from None


def phone_numbers(texts: Iterable[str], *, at_least: int = 1) -> list[str]:
    """The numbers of a request in E.164, in the order typed.

    Raises:
        Refused: a text is no US number, a number comes twice, there are too few or too many.
    """
    numbers = [phone_number(text) for text in texts]
    twice = sorted(number for number, times in Counter(numbers).items() if times > 1)
    if twice:
        raise Refused(f"{join_some(twice)} is given more than once: give each number once.")
    if len(numbers) < at_least:
        raise Refused("No phone number is given: give at least one.")
    if len(numbers) > names.MAX_NUMBERS:
        raise Refused(
            f"{len(numbers)} numbers are given, but one request takes at most {names.MAX_NUMBERS}: split them over "
            "several requests."
        )
    return numbers


def split_numbers(cell: str) -> list[str]:
    """Splits a text into numbers. They are separated by `;`, commas or spaces, and may contain spaces themselves."""
    found: list[str] = []
    for part in re.split(r"[;,\n]", cell):
        found += _split_at_spaces(part)
    return found


def _split_at_spaces(part: str) -> list[str]:
    """Joins words until they make a number. What never does is kept as typed, for the sentence that refuses it.

    Words are joined no further than the longest spelling of a number, so the work grows with the text and no faster.
    """
    found: list[str] = []
    pending = ""
    for word in part.split():
        pending = f"{pending} {word}" if pending else word
        too_long = len(pending) > LONGEST_SPELLING or len(re.sub(r"\D", "", pending)) >= _LONGEST
        if too_long or _is_number(pending):
            found.append(pending)
            pending = ""
    return [*found, pending] if pending else found


def _is_number(text: str) -> bool:
    try:
        normalize(text)
    except NotAPhoneNumber:
        return False
    return True


def codes(texts: Sequence[str]) -> list[Code]:
    """Codes given as `+15125550100=12345`. A refusal names the number or the position, never the code.

    Raises:
        Refused: a text has another form, a code is not 3–12 digits, a number comes twice, or there is no code.
    """
    if not texts:
        raise Refused("No code is given: give each as +15125550100=12345.")
    found = [_code(text, position) for position, text in enumerate(texts, start=1)]
    phone_numbers(code.phone_number for code in found)
    return found


def is_code(text: str) -> bool:
    """Say whether a cleaned text has the form of a code."""
    return _CODE.fullmatch(text) is not None


def _code(text: str, position: int) -> Code:
    number, equals, code = text.partition("=")
    if not equals:
        raise Refused(f"The code at position {position} has no number: give it as +15125550100=12345.")
    normalized, digits = phone_number(number), clean(code)
    if not is_code(digits):
        raise Refused(f"The code for {normalized} is not 3 to 12 digits: type only the digits that were read out.")
    return Code(phone_number=normalized, code=digits)
