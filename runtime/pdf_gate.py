"""Refuses a file that Telnyx could not use, before it is stored and again before it is uploaded.

An LOA or a bill must be a PDF that opens, of at most 5 MB, not encrypted, with at least one page (docs/telnyx.md §9).
Files come from strangers and parsing a PDF costs CPU, so our limits and pypdf's own bound it. Call these functions in a
thread (`asyncio.to_thread`), never in an event loop.
"""

import contextlib
import io
import itertools
import re
import time
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from pypdf import Configuration, PdfReader, apply_configuration

from domain.documents import UnusableDocument
from runtime.file_kinds import other_kind

MAX_BYTES = 5 * 1024 * 1024

_MAX_PAGES = 200
_MAX_CHARACTERS = 1_000_000
_MAX_SECONDS = 10.0  # checked between pages; pypdf's limits bound one page

# pypdf's own limits suit books. These suit a letter and a bill, and keep one page below a few seconds.
_LIMITS = Configuration(
    maximum_declared_stream_length=MAX_BYTES,
    array_based_stream_maximum_output_length=20_000_000,
    zlib_maximum_output_length=20_000_000,
    zlib_maximum_recovery_input_length=500_000,
    lzw_maximum_output_length=20_000_000,
    run_length_maximum_output_length=20_000_000,
    brotli_maximum_output_length=20_000_000,
    stream_decoding_work_maximum_length=50_000_000,
    stream_parsing_work_maximum_count=200_000,
    page_tree_maximum_entries=10_000,
    page_tree_maximum_page_entries=100_000,
    xform_maximum_invocations_per_extraction=200,
    jbig2dec_binary=None,  # a stranger's file starts no other program
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
    its text cannot be extracted. Then all numbers are missing, and that proves nothing.
    """

    missing: list[str]
    readable: bool


def check(content: bytes, name: str) -> None:
    """Check that Telnyx can use a file.

    Args:
        content: the whole file.
        name: its name, for the sentence only.

    Raises:
        DocumentRefused: it is empty, not a PDF, too large, encrypted, damaged, or has no page.
    """
    shown = safe_name(name)
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


def numbers_missing_from(content: bytes, phone_numbers: Iterable[str]) -> BillReading:
    """Search the text of a bill for phone numbers (E.164) in any usual spelling. Never refuses and never hangs.

    Spellings: `+1 512 555 0100`, `(512) 555-0100`, `512.555.0100`, `5125550100`, split by spaces or line ends. The
    search ends after 200 pages, a million characters or 10 seconds.
    """
    text = _text(content)
    found = _numbers_in(text)
    missing = [number for number in phone_numbers if number[-10:] not in found]
    return BillReading(missing=missing, readable=bool(text.strip()))


def _check_inside(content: bytes, shown: str) -> None:
    encrypted = f"{shown} is encrypted: save it without a password or protection and hand that in."
    try:
        with apply_configuration(_LIMITS):
            reader = _reader(content)
            is_encrypted = reader.is_encrypted
            has_a_page = is_encrypted or _has_a_page(reader)
    except Exception:  # noqa: BLE001 - pypdf raises anything for a broken file
        if b"/Encrypt" in content:
            raise DocumentRefused(encrypted) from None
        raise DocumentRefused(
            f"{shown} is damaged and cannot be opened: open it yourself, save it as PDF again and hand that in."
        ) from None
    if is_encrypted:
        raise DocumentRefused(encrypted)
    if not has_a_page:
        raise DocumentRefused(f"{shown} is a PDF without any page: hand in the file with the document itself.")


def _reader(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content), root_object_recovery_limit=1000)


def _has_a_page(reader: PdfReader) -> bool:
    """Whether there is a page. Its size is read to make sure that it can be opened."""
    return len(reader.pages) > 0 and reader.pages[0].mediabox.width is not None


def _text(content: bytes) -> str:
    """The text of a PDF within our limits; of a broken one, the text of the pages before the break."""
    pages: list[str] = []
    with contextlib.suppress(Exception), apply_configuration(_LIMITS):
        until, length = time.monotonic() + _MAX_SECONDS, 0
        for page in itertools.islice(_reader(content).pages, _MAX_PAGES):
            pages.append(page.extract_text())
            length += len(pages[-1])
            if length > _MAX_CHARACTERS or time.monotonic() > until:
                break
    return "\n".join(pages)[:_MAX_CHARACTERS]


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
