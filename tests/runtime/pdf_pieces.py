"""Builds PDFs object by object, also ones that no program would write."""

import zlib
from collections.abc import Sequence

FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents %d 0 R/Resources<</Font<</F1 3 0 R>>>>>>"
FIELD = b"/Type/Annot/Subtype/Widget/Rect[0 0 9 9]"


def file_of(*objects: bytes) -> bytes:
    """A PDF of these objects, numbered from 1. The first is the catalog."""
    numbered = (b"%d 0 obj %b endobj\n" % (number, one) for number, one in enumerate(objects, 1))
    return b"%PDF-1.7\n" + b"".join(numbered) + b"trailer <</Root 1 0 R/Size 99>>\nstartxref\n0\n%%EOF"


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<<%b/Length %d>> stream\n%b\nendstream" % (entries, len(content), content)


def page_with(operations: bytes) -> bytes:
    """One page with these PDF operations."""
    return with_pages(PAGE % 5, more=[stream(zlib.compress(operations), b"/Filter/FlateDecode")])


def with_pages(*pages: bytes, more: Sequence[bytes] = ()) -> bytes:
    """A PDF with these pages, which begin at number 4, and with more objects behind them."""
    kids = b" ".join(b"%d 0 R" % number for number in range(4, 4 + len(pages)))
    tree = b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, len(pages))
    return file_of(b"<</Type/Catalog/Pages 2 0 R>>", tree, FONT, *pages, *more)


def page_of(size: bytes) -> bytes:
    """A file of one page with this entry for its size."""
    page = b"<</Type/Page/Parent 2 0 R%b/Contents 5 0 R/Resources<</Font<</F1 3 0 R>>>>>>" % size
    return with_pages(page, more=[BILL_TEXT])


def annotated(annotation: bytes, *more: bytes) -> bytes:
    """A bill whose one page has an annotation, which is number 6."""
    page = PAGE.replace(b"/Contents", b"/Annots[6 0 R]/Contents") % 5
    return with_pages(page, more=[stream(b"BT (Your bill) Tj ET"), annotation, *more])


BILL_TEXT = stream(b"BT /F1 12 Tf 9 9 Td (Service number 512-555-0100) Tj ET")
