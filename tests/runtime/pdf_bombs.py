"""Small PDFs whose reading would take minutes, gigabytes or for ever without limits."""

import zlib

from tests.runtime.pdf_pieces import BILL_TEXT, FIELD, FONT, PAGE, annotated, file_of, page_with, stream, with_pages

_MOST = 9_900_000
"""Just below the limit of a stream that is unpacked."""


def packed(content: bytes, entries: bytes = b"") -> bytes:
    return stream(zlib.compress(content, 9), b"/Filter/FlateDecode" + entries)


def filtered(content: bytes, filters: bytes) -> bytes:
    """A page whose content goes through FlateDecode and then through these filters."""
    return with_pages(PAGE % 5, more=[stream(zlib.compress(content, 9), b"/Filter[/FlateDecode%b]" % filters)])


def form(content: bytes, draws: int = 6) -> bytes:
    """A form that may draw another one, or itself."""
    resources = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>/Font<</F1 3 0 R>>>>" % draws
    return packed(content, resources)


def with_font(font: bytes, *more: bytes) -> bytes:
    """A page in another font, whose further objects begin at 6."""
    return with_pages(PAGE % 5, more=[packed(b"BT /F1 12 Tf <0001> Tj ET"), *more]).replace(FONT, font)


def cmap(content: bytes) -> bytes:
    """A page in a font with this table from codes to characters."""
    font = (
        b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/ToUnicode 6 0 R/DescendantFonts[<</Type/Font>>]>>"
    )
    return with_font(font, packed(content))


def drawing(*forms: bytes) -> bytes:
    """A bill with the number on its first page, and a second page that draws the first of some forms 200 times."""
    drawn = PAGE.replace(b"/Font", b"/XObject<</X 7 0 R>>/Font") % 6
    # 4 and 5 are the pages, 6 is the content of the second, 7 and on are the forms, and the last is the first page's.
    return with_pages(PAGE % (7 + len(forms)), drawn, more=[packed(b"/X Do " * 200), *forms, BILL_TEXT])


_TEXT = b"BT /F1 9 Tf " + b"(5) Tj " * 60_000 + b"ET"
_TREE = [b"<</Type/Pages/Count 9/Kids[%b]>>" % (b"%d 0 R " % number * 10) for number in range(3, 60)]

BOMBS = {
    "forms": drawing(form(_TEXT)),
    "a form in itself": drawing(form(b"/X Do " * 200, 7)),
    "a chain of forms": drawing(*[form(b"/X Do " * 10, 8 + number) for number in range(50)], form(_TEXT)),
    "one long text": page_with(b"BT /F1 12 Tf (" + b"5" * _MOST + b") Tj ET"),
    "one long text in hex": page_with(b"BT /F1 12 Tf <" + b"35" * (_MOST // 2) + b"> Tj ET"),
    "one text of escapes": page_with(b"BT /F1 12 Tf (" + b"\\051" * (_MOST // 4) + b") Tj ET"),
    "open brackets": page_with(b"BT /F1 12 Tf " + b"(" * _MOST + b") Tj ET"),
    "open arrays": page_with(b"[" * _MOST),
    "open dictionaries": page_with(b"<</A " * (_MOST // 5)),
    "an inline image": page_with(b"BI /W 1 /H 1 ID " + b" EI<" * (_MOST // 4)),
    "inline images": page_with(b"BI /W 1 /H 1 ID x EI " * (_MOST // 21)),
    "spaces": page_with(b" " * _MOST + b"BT (x) Tj ET"),
    "a table of one endless range": cmap(b"1 beginbfrange <00000000> <FFFFFFFF> <0000> endbfrange"),
    "a table of many ranges": cmap(b"1 beginbfrange\n<0000> <FFFF> <0000>\nendbfrange\n" * 2000),
    "a table of many characters": cmap(b"100 beginbfchar\n" + b"<0001> <0041>\n" * (_MOST // 14) + b"endbfchar"),
    "a font of endless widths": with_font(b"<</Type/Font/Subtype/Type1/FirstChar 0/LastChar 2000000000/Widths[1]>>"),
    "flate twice": filtered(zlib.compress(b" " * _MOST), b"/FlateDecode"),
    "hex": filtered(b"30" * (_MOST // 2), b"/ASCIIHexDecode"),
    "base 85": filtered(b"z" * _MOST, b"/ASCII85Decode"),
    "run length": filtered(b"\0x" * (_MOST // 2), b"/RunLengthDecode"),
    "LZW": filtered(b"\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01" * (_MOST // 9), b"/LZWDecode"),
    "many filters": filtered(b" " * 1000, b"/ASCIIHexDecode" * 1000),
    "JBIG2": filtered(b"x" * 1000, b"/JBIG2Decode"),
    "JPX": filtered(b"x" * 1000, b"/JPXDecode"),
    "a predictor": with_pages(
        PAGE % 5, more=[packed(b"\2x" * (_MOST // 2), b"/DecodeParms<</Predictor 12/Columns 1>>")]
    ),
    "a page tree that branches": file_of(b"<</Type/Catalog/Pages 2 0 R>>", *_TREE),
    "a page tree in itself": file_of(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 9>>"),
    "one page nine thousand times": file_of(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 9000/Kids[%b]>>" % (b"4 0 R " * 9000),
        FONT,
        PAGE % 5,
        packed(_TEXT),
    ),
    "tables in a circle": with_pages(PAGE % 5, more=[BILL_TEXT]).replace(b"trailer <<", b"trailer <</Prev 0 "),
    "a table of endless length": b"%PDF-1.7\nxref\n0 2000000000\ntrailer <</Root 1 0 R>>\nstartxref\n9\n%%EOF",
    "objects without end": b"%PDF-1.7\n" + b"1 0 obj\n" * 600_000 + b"trailer <</Root 1 0 R>>\nstartxref\n0\n%%EOF",
    "nothing but trailers": b"%PDF-1.7\n" + b"trailer <<" * 500_000 + b"\nstartxref\n0\n%%EOF",
    "deep objects": file_of(b"<</Type/Catalog/Pages 2 0 R/X " + b"[" * 1_000_000 + b">>", b"<<>>"),
    "one long field": annotated(b"<<%b/V(%b)>>" % (FIELD, b"x" * 50_000)).replace(
        b"[6 0 R]", b"[%b]" % (b"6 0 R " * 5000)
    ),
}
