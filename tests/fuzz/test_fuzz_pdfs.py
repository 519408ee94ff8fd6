"""Broken PDFs are accepted or refused, and none takes more work than a file may.

tests/runtime/test_pdf_gate.py changes single bytes. The tests here change the structure.
"""

import re
import zlib

from fpdf import FPDF
from hypothesis import given
from hypothesis import strategies as st

from runtime.pdf_gate import DocumentRefused, check, numbers_missing_from
from tests.fuzz.oddities import drawn, is_sentence


def pdf(*pages: str, compress: bool = True) -> bytes:
    document = FPDF()
    document.set_compression(compress)
    document.set_font("Helvetica", size=12)
    for text in pages:
        document.add_page()
        document.multi_cell(0, 8, text)
    return bytes(document.output())


PLAIN, PACKED = pdf("Account of 512-555-0100", "Page two", compress=False), pdf("Account of 512-555-0100", "Page two")
FILES = st.sampled_from([PLAIN, PACKED])
NUMBERS = st.sampled_from([b"0", b"-1", b"1", b"4", b"99", b"2147483648", b"9" * 300, b"1.5", b"null", b"(x)", b"/N"])
KEYWORDS = [b"/Kids", b"/Count", b"/Parent", b"/Length", b"/Filter", b"/Contents", b"/MediaBox", b"/Type", b"/Root",
         b"/Resources", b"/Font", b"endobj", b"endstream", b"stream", b"xref", b"trailer", b"startxref", b"obj",
         b"<<", b">>", b"[", b"]", b" R", b"BT", b"Tj", b"%%EOF", b"%PDF-1.3"]  # fmt: skip
FILTERS = st.lists(
    st.sampled_from([b"/FlateDecode", b"/LZWDecode", b"/ASCIIHexDecode", b"/ASCII85Decode", b"/RunLengthDecode",
                     b"/DCTDecode", b"/JBIG2Decode", b"/Crypt", b"/Nonsense"]),
    max_size=6,
)  # fmt: skip


def check_work(content: bytes) -> None:
    """Both functions of the gate return, and only with their own errors."""
    try:
        check(content, "loa.pdf")
    except DocumentRefused as error:
        assert is_sentence(str(error))  # noqa: PT017 - accepting it is right, too
        assert "far more work" not in str(error)  # noqa: PT017 - as above
    reading = numbers_missing_from(content, ["+15125550100", "+15125550199"])
    assert "+15125550199" in reading.missing


@st.composite
def with_other_numbers(draw: st.DrawFn) -> bytes:
    """A PDF with wrong object numbers, lengths, counts and offsets, also ones that point at themselves."""
    content = draw(FILES)
    places = [hit.span() for hit in re.finditer(rb"(?<=[ \n\[])[0-9]+(?=[ \n\]])", content)]
    chosen = draw(st.lists(st.sampled_from(places), min_size=1, max_size=12, unique=True))
    for start, end in sorted(chosen, reverse=True):
        content = content[:start] + draw(NUMBERS) + content[end:]
    return content


@st.composite
def with_other_keywords(draw: st.DrawFn) -> bytes:
    """A PDF with keywords that are missing, repeated or swapped."""
    content = draw(FILES)
    for word in draw(st.lists(st.sampled_from(KEYWORDS), min_size=1, max_size=6)):
        other = draw(st.sampled_from([*KEYWORDS, b"", word * 2, word * 500]))
        content = content.replace(word, other, draw(st.sampled_from([1, 2, -1])))
    return content


@st.composite
def with_shuffled_objects(draw: st.DrawFn) -> bytes:
    """A PDF with objects that are cut off, repeated, missing or in another order."""
    parts = re.split(rb"(?<=endobj\n)", draw(FILES))
    order = draw(st.lists(st.sampled_from(range(len(parts))), min_size=1, max_size=2 * len(parts)))
    content = b"".join(parts[place] for place in order)
    return b"%PDF-1.7\n" + content[: draw(st.integers(1, len(content)))]


@drawn(50)
@given(with_other_numbers())
def test_wrong_numbers_do_not_hang(content: bytes) -> None:
    check_work(content)


@drawn(50)
@given(with_other_keywords())
def test_wrong_keywords_do_not_hang(content: bytes) -> None:
    check_work(content)


@drawn(40)
@given(with_shuffled_objects())
def test_objects_in_any_order_do_not_hang(content: bytes) -> None:
    check_work(content)


@drawn(30)
@given(filters=FILTERS, layers=st.integers(0, 5), tail=st.binary(max_size=60), size=st.integers(0, 10**12))
def test_a_page_with_any_filters_does_not_hang(filters: list[bytes], layers: int, tail: bytes, size: int) -> None:
    packed = b"BT (512 555 0100) Tj ET " * 2000
    for _ in range(layers):
        packed = zlib.compress(packed, 0) + tail
    check_work(
        b"%%PDF-1.7\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n"
        b"2 0 obj <</Type/Pages/Kids[3 0 R 2 0 R]/Count 2>> endobj\n"
        b"3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents[5 0 R 5 0 R]/Resources<<>>>> endobj\n"
        b"5 0 obj <</Filter[%b]/Length %d>> stream\n%b\nendstream endobj\ntrailer <</Root 1 0 R>>\n"
        % (b"".join(filters), size, packed)
    )


@drawn(6)
@given(depth=st.integers(1, 30_000), opening=st.sampled_from([b"[", b"<</A ", b"("]))
def test_deep_nesting_does_not_hang(depth: int, opening: bytes) -> None:
    check_work(PLAIN.replace(b"/MediaBox", b"/Odd " + opening * depth + b" /MediaBox", 1))
