"""What a file that is not a PDF looks like, for the sentence that refuses it."""

import re

_HEADER_WITHIN = 1024  # scanners write some bytes before the header, and PDF readers accept them

_BEGINNINGS = (
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


def other_kind(content: bytes) -> str | None:
    """What a file looks like, such as "a JPEG image"; None when it looks like a PDF."""
    if content.startswith(b"PK"):  # checked first, because a zip may hold a whole PDF near its beginning
        return next((kind for folder, kind in _ZIPPED if folder in content), "a zip archive")
    if b"%PDF-" in content[:_HEADER_WITHIN]:
        return None
    known = (kind for beginning, kind in _BEGINNINGS if content.startswith(beginning))
    return next(known, None) or _kind_inside(content[:_HEADER_WITHIN])


def _kind_inside(beginning: bytes) -> str:
    if b"ftyphei" in beginning or b"ftypmif1" in beginning:
        return "a HEIC photo"
    if b"WEBP" in beginning:
        return "a WebP image"
    if b"<html" in beginning.lower() or b"<!doctype html" in beginning.lower():
        return "a web page"
    return "something else" if re.search(rb"[\x00-\x08\x0e-\x1f\x80-\xff]", beginning) else "plain text"
