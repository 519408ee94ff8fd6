"""Refuses a file that Telnyx could not use, before it is stored and again before it is uploaded.

An LOA or a bill must be a PDF that opens, of at most 5 MB, with at least one page (docs/telnyx.md §9). What viewers
repair, such as a page without a size or a missing last line, is accepted. An encrypted file is refused, also one that
opens without a password: nothing says that Telnyx takes it, a review that fails costs days, and printing it to a new
file costs a minute (docs/decisions/0018).

Files come from strangers, so a process of its own opens them, whose time and memory are bounded. Call these functions
in a thread (`asyncio.to_thread`), never in an event loop.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from domain.documents import MAX_BYTES, UnusableDocument
from domain.printable import line
from runtime import pdf_process
from runtime.file_kinds import other_kind
from runtime.pdf_condition import PdfCondition

__all__ = ["MAX_BYTES", "BillReading", "DocumentRefused", "check", "numbers_missing_from", "safe_name"]

_PRINT_IT = 'print it to a new PDF ("Save as PDF" in the print dialog)'
_REFUSALS = {
    PdfCondition.LOCKED: "is encrypted and opens with a password only, which Telnyx does not have: open it with the "
    f"password, {_PRINT_IT} and hand that in.",
    PdfCondition.PROTECTED: "is encrypted: it opens without a password, but an owner password protects it, and Telnyx "
    f"may refuse it after days of review. Open it, {_PRINT_IT} or scan it, and hand that in.",
    PdfCondition.SEALED: "is encrypted and cannot be read: "
    f"open it yourself, {_PRINT_IT} or scan it, and hand that in.",
    PdfCondition.DAMAGED: "is damaged and cannot be opened: open it yourself, save it as PDF again and hand that in.",
    PdfCondition.WITHOUT_PAGES: "is a PDF without any page: hand in the file with the document itself.",
    PdfCondition.TOO_MUCH_WORK: "takes far more work to open than a letter or a bill: open it yourself, "
    f"{_PRINT_IT} or scan it, and hand that in.",
}
_MAX_NAME = 80
_NUMBER = 10


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
        DocumentRefused: it is empty, not a PDF, too large, encrypted, damaged, has no page, or takes far too much work.
        DocumentCheckUnavailable: no PDF can be opened on this machine now.
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
    _refuse_unusable(content, shown)


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
    return line(last, _MAX_NAME) or "The file"


def numbers_missing_from(content: bytes, phone_numbers: Iterable[str]) -> BillReading:
    """Search the text of a bill for phone numbers (E.164) in any usual spelling (`runtime.pdf_numbers`). Never refuses.

    The search ends after 200 pages, a million characters or seconds of work, and skips pages that cannot be read.

    Raises:
        DocumentCheckUnavailable: no PDF can be opened on this machine now.
    """
    wanted = list(phone_numbers)
    job = {"about": "bill", "numbers": sorted({number[-_NUMBER:] for number in wanted})}
    answer = pdf_process.ask(job, content) or {"found": [], "text": False, "pages": 0, "pages_read": 0}
    found = set(answer["found"])
    return BillReading(
        missing=[number for number in wanted if number[-_NUMBER:] not in found],
        readable=answer["text"],
        pages=answer["pages"],
        pages_read=answer["pages_read"],
    )


def _refuse_unusable(content: bytes, shown: str) -> None:
    answer = pdf_process.ask({"about": "condition"}, content)
    condition = PdfCondition.TOO_MUCH_WORK if answer is None else PdfCondition(answer["condition"])
    if condition is not PdfCondition.USABLE:
        raise DocumentRefused(f"{shown} {_REFUSALS[condition]}")
