"""Says no to a file that Telnyx could not use, before it is stored and again before it is uploaded.

An LOA or a bill must be a PDF that opens, of at most 5 MB, not encrypted, with at least one page (Telnyx facts §9).
Files come from strangers and reading a PDF costs CPU: every reading is bounded, by our limits and pypdf's own. Call
these functions in a thread (`asyncio.to_thread`), never on an event loop.
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

MAX_BYTES = 5 * 1024 * 1024
_HEADER_WITHIN = 1024  # readers accept some bytes before the header, and scanners write them

_MAX_PAGES_READ = 200
_MAX_CHARACTERS_READ = 1_000_000
_SECONDS_TO_READ = 10.0  # looked at between pages; within one page pypdf's limits hold

# pypdf's own limits suit books; these suit a letter and a bill, and keep one page below a few seconds.
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
    jbig2dec_binary=None,  # no other program is started for a stranger's file
)

_LOOKS_LIKE = (
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"\x89PNG", "a PNG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"BM", "a BMP image"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file"),
    (b"{\\rtf", "an RTF text"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
)
_ZIPPED = ((b"word/", "a Word file"), (b"xl/", "an Excel file"), (b"ppt/", "a PowerPoint file"))
_MOST_OF_A_NAME = 80
_NUMBER, _COUNTRY_AND_NUMBER = 10, 11
_GAP = re.compile(r"[^\w]{0,5}")  # between the parts of one number: `) `, ` - `, a line end


class DocumentRefused(UnusableDocument):
    """The file cannot be handed in; the text says what it is and what to hand in instead."""


@dataclass(frozen=True)
class BillReading:
    """What the text of a bill tells about the ordered numbers.

    `missing` are those not found in it, in the order given. When `readable` is False the bill has no text (a scan)
    or its text cannot be had; then all numbers are missing, and that proves nothing.
    """

    missing: list[str]
    readable: bool


def check(content: bytes, name: str) -> None:
    """Passes a file that Telnyx can use.

    Args:
        content: the whole file.
        name: its name, for the sentence only.

    Raises:
        DocumentRefused: it is empty, no PDF, too large, encrypted, damaged, or has no page.
    """
    shown = safe_name(name)
    _check_kind(content, shown)
    if len(content) > MAX_BYTES:
        raise DocumentRefused(
            f"{shown} has {len(content):,} bytes, but Telnyx takes at most 5 MB ({MAX_BYTES:,} bytes): "
            "save it smaller, for instance scanned at a lower resolution."
        )
    _check_inside(content, shown)


def safe_name(name: str) -> str:
    """Makes a file name that Telnyx takes: letters, digits and `. _ -` only, at most 80 of them, ending in `.pdf`.

    Telnyx refuses names with special characters such as # $ % & @ (Telnyx facts §9). Folders are left out.
    """
    last = PurePath(name.replace("\\", "/")).name
    plain = unicodedata.normalize("NFKD", last).encode("ascii", "ignore").decode()
    stem = re.sub(r"\.pdf$", "", plain, flags=re.IGNORECASE)
    stem = re.sub(r"[^A-Za-z0-9._-]+", "_", stem).strip("._-")
    return f"{stem[: _MOST_OF_A_NAME - len('.pdf')] or 'document'}.pdf"


def numbers_missing_from(content: bytes, phone_numbers: Iterable[str]) -> BillReading:
    """Looks for phone numbers (E.164) in the text of a bill, in any usual spelling; never refuses, never hangs.

    Spellings: `+1 512 555 0100`, `(512) 555-0100`, `512.555.0100`, `5125550100`, broken by spaces or line ends. At
    most 200 pages, a million characters and 10 seconds are read.
    """
    text = _text(content)
    written = _numbers_in(text)
    missing = [number for number in phone_numbers if number[-10:] not in written]
    return BillReading(missing=missing, readable=bool(text.strip()))


def _check_kind(content: bytes, shown: str) -> None:
    if not content.strip(b"\0 \t\r\n"):
        raise DocumentRefused(f"{shown} is empty: hand in the file itself.")
    if (kind := _kind(content)) is not None:
        raise DocumentRefused(f"{shown} looks like {kind}, not like a PDF: save or scan it as PDF and hand that in.")


def _kind(content: bytes) -> str | None:
    """What a file looks like, in words; None when it looks like a PDF."""
    if content.startswith(b"PK"):  # looked at first: a zip may hold a whole PDF near its beginning
        return next((kind for folder, kind in _ZIPPED if folder in content), "a zip archive")
    if b"%PDF-" in content[:_HEADER_WITHIN]:
        return None
    known = (kind for start, kind in _LOOKS_LIKE if content.startswith(start))
    return next(known, None) or _kind_within(content[:_HEADER_WITHIN])


def _kind_within(beginning: bytes) -> str:
    if b"ftyphei" in beginning or b"ftypmif1" in beginning:
        return "a HEIC photo"
    if b"WEBP" in beginning:
        return "a WebP image"
    if b"<html" in beginning.lower() or b"<!doctype html" in beginning.lower():
        return "a web page"
    return "something else" if re.search(rb"[\x00-\x08\x0e-\x1f\x80-\xff]", beginning) else "plain text"


def _check_inside(content: bytes, shown: str) -> None:
    encrypted = f"{shown} is encrypted: save it without a password or protection and hand that in."
    try:
        with apply_configuration(_LIMITS):
            reader = _reader(content)
            is_encrypted = reader.is_encrypted
            has_a_page = is_encrypted or _has_a_page(reader)
    except Exception:  # noqa: BLE001 - pypdf raises anything on a broken file, and each of it means broken
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
    """Whether there is a page; asking for its size makes sure that it can be opened."""
    return len(reader.pages) > 0 and reader.pages[0].mediabox.width is not None


def _text(content: bytes) -> str:
    """The text of a PDF within our bounds, as far as it can be had."""
    pages: list[str] = []
    # A broken page ends the reading; what came before it still counts.
    with contextlib.suppress(Exception), apply_configuration(_LIMITS):
        until, length = time.monotonic() + _SECONDS_TO_READ, 0
        for page in itertools.islice(_reader(content).pages, _MAX_PAGES_READ):
            pages.append(page.extract_text())
            length += len(pages[-1])
            if length > _MAX_CHARACTERS_READ or time.monotonic() > until:
                break
    return "\n".join(pages)[:_MAX_CHARACTERS_READ]


def _numbers_in(text: str) -> set[str]:
    """All ten-digit numbers that a text may mean: runs of digit groups with nothing but punctuation between them.

    One pass, whatever the count of numbers asked for. A group of digits is never cut, so a number within a longer one
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
