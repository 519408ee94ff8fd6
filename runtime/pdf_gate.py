"""Refuses a file that Telnyx could not use, before it is stored and again before it is uploaded.

An LOA or a bill must be a PDF that opens, of at most 5 MB, with at least one page (docs/telnyx.md §9). What viewers
repair, such as a page without a size or a missing last line, is accepted. An encrypted file is refused, also one that
opens without a password: nothing says that Telnyx takes it, a review that fails costs days, and printing it to a new
file costs a minute (docs/decisions/0018).

Files come from strangers and parsing a PDF costs CPU, so limits bound it. Call these functions in a thread
(`asyncio.to_thread`), never in an event loop.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from pypdf import PasswordType, PdfReader

from domain.documents import UnusableDocument
from runtime.file_kinds import other_kind
from runtime.pdf_reader import MAX_BYTES, open_pdf
from runtime.pdf_text import read_text

__all__ = ["MAX_BYTES", "BillReading", "DocumentRefused", "check", "numbers_missing_from", "safe_name"]

_LOCKED = (
    "is encrypted and opens with a password only, which Telnyx does not have: open it with the password, print it to a "
    'new PDF ("Save as PDF" in the print dialog) and hand that in.'
)
_PROTECTED = (
    "is encrypted: it opens without a password, but an owner password protects it, and Telnyx may refuse it after days "
    'of review. Open it, print it to a new PDF ("Save as PDF" in the print dialog) or scan it, and hand that in.'
)
_UNREADABLE = (
    'is encrypted and cannot be read: open it yourself, print it to a new PDF ("Save as PDF" in the print dialog) or '
    "scan it, and hand that in."
)
_MAX_NAME = 80
_NUMBER, _COUNTRY_AND_NUMBER = 10, 11
_GAP = re.compile(r"[^\w]{0,5}")  # between the parts of one number: `) `, ` - `, a line end


class DocumentRefused(UnusableDocument):
    """The file cannot be used. The text says what it is and what to hand in instead."""


@dataclass(frozen=True)
class BillReading:
    """Which of the ordered numbers the text of a bill shows.

    `missing` are the numbers that were not found, in the given order. When `readable` is False, the bill is a scan or
    its text cannot be extracted. Then all numbers are missing, and that proves nothing. The same holds when only a part
    of the pages gave text.
    """

    missing: list[str]
    readable: bool
    pages: int
    pages_read: int

    @property
    def in_part(self) -> bool:
        """Whether some pages gave no text, so that a missing number may stand there."""
        return self.pages_read < self.pages


def check(content: bytes, name: str) -> None:
    """Check that Telnyx can use a file.

    Args:
        content: the whole file.
        name: its name, for the sentence only.

    Raises:
        DocumentRefused: it is empty, not a PDF, too large, encrypted, damaged, or has no page.
    """
    shown = _shown(name)
    if not content.strip(b"\0 \t\r\n"):
        raise DocumentRefused(f"{shown} is empty: hand in the file itself.")
    if (kind := other_kind(content)) is not None:
        raise DocumentRefused(f"{shown} looks like {kind}, not like a PDF: save or scan it as PDF and hand that in.")
    if len(content) > MAX_BYTES:
        raise DocumentRefused(
            f"{shown} has {len(content):,} bytes, but Telnyx accepts at most 5 MB ({MAX_BYTES:,} bytes): "
            "save it smaller, for instance scanned at a lower resolution."
        )
    _check_inside(content, shown)


def safe_name(name: str) -> str:
    """A file name that Telnyx accepts: letters, digits and `. _ -` only, at most 80 of them, ending in `.pdf`.

    Telnyx refuses names with special characters such as # $ % & @ (docs/telnyx.md §9). Folders are removed.
    """
    last = PurePath(name.replace("\\", "/")).name
    plain = unicodedata.normalize("NFKD", last).encode("ascii", "ignore").decode()
    stem = re.sub(r"\.pdf$", "", plain, flags=re.IGNORECASE)
    stem = re.sub(r"[^A-Za-z0-9._-]+", "_", stem).strip("._-")
    return f"{stem[: _MAX_NAME - len('.pdf')] or 'document'}.pdf"


def _shown(name: str) -> str:
    """The name as the person gave it, without folders and marks that no one sees, for a sentence."""
    last = PurePath(name.replace("\\", "/")).name
    return "".join(sign if sign.isprintable() else "?" for sign in last)[:_MAX_NAME] or "The file"


def numbers_missing_from(content: bytes, phone_numbers: Iterable[str]) -> BillReading:
    """Search the text of a bill for phone numbers (E.164) in any usual spelling. Never refuses and never hangs.

    Spellings: `+1 512 555 0100`, `(512) 555-0100`, `512.555.0100`, `5125550100`, split by spaces or line ends. The
    search ends after 200 pages, a million characters or 10 seconds, and skips pages that cannot be read.
    """
    reading = read_text(content)
    found = _numbers_in(reading.text)
    return BillReading(
        missing=[number for number in phone_numbers if number[-10:] not in found],
        readable=bool(reading.text.strip()),
        pages=reading.pages,
        pages_read=reading.pages_read,
    )


def _check_inside(content: bytes, shown: str) -> None:
    try:
        with open_pdf(content) as reader:
            protection = _protection(reader)
            has_a_page = protection is not None or len(reader.pages) > 0
    except Exception:  # noqa: BLE001 - pypdf raises anything for a broken file
        if b"/Encrypt" in content:
            raise DocumentRefused(f"{shown} {_UNREADABLE}") from None
        raise DocumentRefused(
            f"{shown} is damaged and cannot be opened: open it yourself, save it as PDF again and hand that in."
        ) from None
    if protection is not None:
        raise DocumentRefused(f"{shown} {protection}")
    if not has_a_page:
        raise DocumentRefused(f"{shown} is a PDF without any page: hand in the file with the document itself.")


def _protection(reader: PdfReader) -> str | None:
    """What is wrong with an encrypted file, and the remedy; None when it is not encrypted."""
    if not reader.is_encrypted:
        return None
    return _LOCKED if reader.decrypt("") is PasswordType.NOT_DECRYPTED else _PROTECTED


def _numbers_in(text: str) -> set[str]:
    """All ten-digit numbers that a text may mean: groups of digits with nothing but punctuation between them.

    It takes one pass for any count of wanted numbers. A group of digits is never split, so a number inside a longer one
    (an account number) is not found.
    """
    groups = list(re.finditer(r"[0-9]+", text))
    found: set[str] = set()
    for first in range(len(groups)):
        digits, end = "", groups[first].start()
        for group in groups[first : first + _COUNTRY_AND_NUMBER]:
            if not _GAP.fullmatch(text, end, group.start()):
                break
            digits, end = digits + group.group(), group.end()
            if len(digits) == _NUMBER or (len(digits) == _COUNTRY_AND_NUMBER and digits.startswith("1")):
                found.add(digits[-_NUMBER:])
            if len(digits) >= _COUNTRY_AND_NUMBER:
                break
    return found
