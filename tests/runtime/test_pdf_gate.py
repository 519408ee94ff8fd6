"""Which LOAs and bills are accepted, which are refused and why, and which numbers a bill shows."""

import io
import time
import tracemalloc
import zipfile

import pytest
from fpdf import FPDF
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from runtime.pdf_gate import MAX_BYTES, DocumentRefused, check, numbers_missing_from, safe_name
from runtime.pdf_text import read_text
from tests.runtime.pdf_pieces import BILL_TEXT, FIELD, PAGE, annotated, page_of, page_with, stream, with_pages


def pdf(*pages: str) -> bytes:
    document = FPDF()
    document.set_font("Helvetica", size=12)
    for text in pages or ("A letter",):
        document.add_page()
        document.multi_cell(0, 8, text)
    return bytes(document.output())


def encrypted(password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(LETTER)))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def zipped(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, LETTER)
    return out.getvalue()


def without_pages() -> bytes:
    out = io.BytesIO()
    PdfWriter().write(out)
    return out.getvalue()


LETTER = pdf()


def refusal(content: bytes, name: str = "loa.pdf") -> str:
    with pytest.raises(DocumentRefused) as caught:
        check(content, name)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def test_a_plain_pdf_is_accepted() -> None:
    check(LETTER, "loa.pdf")


def test_bytes_before_the_header_are_accepted() -> None:
    check(b"\n\n" + LETTER, "loa.pdf")


REPAIRED = {
    "no size": page_of(b""),
    "null as size": page_of(b"/MediaBox null"),
    "two values as size": page_of(b"/MediaBox[99 99]"),
    "no last line": page_of(b"/MediaBox[0 0 99 99]").removesuffix(b"%%EOF"),
    "half a last line": page_of(b"/MediaBox[0 0 99 99]").removesuffix(b"EOF"),
    "no last line, but one of an earlier version": page_of(b"")[:-5] + b"%%EOF\nstartxref\n0\n",
    "more behind the last line": page_of(b"") + b"\nSent from a mail program" * 200,
}


@pytest.mark.parametrize("content", REPAIRED.values(), ids=list(REPAIRED))
def test_what_viewers_repair_is_accepted_and_read(content: bytes) -> None:
    check(content, "bill.pdf")
    reading = numbers_missing_from(content, ["+15125550100"])
    assert (reading.missing, reading.in_part) == ([], False)


def test_an_encrypted_file_is_refused_with_what_helps() -> None:
    """It says whether a password is needed, since a person who opens it without one would not believe the rest."""
    locked, protected = refusal(encrypted("sesame")), refusal(encrypted(""))
    assert "with a password only" in locked
    assert "without a password" in protected
    for sentence in (locked, protected):
        assert "print it to a new PDF" in sentence


def test_a_pdf_of_five_megabytes_is_accepted_and_one_byte_more_is_not() -> None:
    full = LETTER + b"\n" * (MAX_BYTES - len(LETTER))
    check(full, "loa.pdf")
    assert "5,242,881 bytes" in refusal(full + b"\n")


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "is empty"),
        (b"\0\0\n", "is empty"),
        (zipped("a.pdf"), "looks like a zip archive"),
        (zipped("word/document.xml"), "looks like a Word file"),
        (zipped("xl/workbook.xml"), "looks like an Excel file"),
        (b"\xff\xd8\xff\xe0 JFIF", "looks like a JPEG image"),
        (b"\x89PNG\r\n\x1a\n", "looks like a PNG image"),
        (b"\0\0\0\x18ftypheic", "looks like a HEIC photo"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "looks like an old Word or Excel file"),
        (b"<!DOCTYPE html><html>", "looks like a web page"),
        (b"Dear Sir", "looks like plain text"),
        (b"\x00\x01\x02\x03", "looks like something else"),
        (LETTER[: len(LETTER) // 3], "is damaged"),
        (b"%PDF-1.7\n" + b"x" * 100, "is damaged"),
        (without_pages(), "without any page"),
    ],
)
def test_another_file_is_refused_with_its_kind(content: bytes, part: str) -> None:
    assert part in refusal(content)


def test_the_sentence_has_the_name_as_it_was_given_without_control_characters() -> None:
    assert refusal(b"a,b", "lists/good list.csv").startswith("good list.csv looks like")
    assert "\x1b" not in refusal(b"", "\x1b[31mloa.pdf")


@given(st.one_of(st.binary(), st.binary().map(lambda tail: b"%PDF-1.7\n" + tail)))
def test_any_bytes_are_accepted_or_refused(content: bytes) -> None:
    try:
        check(content, "loa.pdf")
    except DocumentRefused as error:
        assert str(error)  # noqa: PT017 - accepting it is right, too


@given(st.lists(st.tuples(st.integers(0, len(LETTER) - 1), st.binary(min_size=1, max_size=8)), max_size=20))
@settings(deadline=5000)
def test_a_pdf_with_changed_bytes_does_not_hang(changes: list[tuple[int, bytes]]) -> None:
    content = bytearray(LETTER)
    for place, new in changes:
        content[place : place + len(new)] = new
    try:
        check(bytes(content), "loa.pdf")
    except DocumentRefused as error:
        assert str(error)  # noqa: PT017 - accepting it is right, too
    numbers_missing_from(bytes(content), ["+15125550100"])


def test_a_zip_bomb_is_not_unpacked() -> None:
    """A page whose content unpacks to 60 MB, although each operation alone would be allowed."""
    bomb = page_with(b"BT /F1 12 Tf " + b"(512 555 0100) Tj " * 3_300_000 + b" ET")
    assert len(bomb) < MAX_BYTES
    begun = time.monotonic()
    assert not numbers_missing_from(bomb, ["+15125550100"]).readable
    assert time.monotonic() - begun < 5


def test_the_longest_allowed_page_is_read_in_seconds() -> None:
    page = page_with(b"BT /F1 12 Tf 1 0 0 1 9 9 Tm " + b"(512 555 0100) Tj " * 60_000 + b"ET")
    begun = time.monotonic()
    assert numbers_missing_from(page, ["+15125550100"]).readable
    assert time.monotonic() - begun < 20


@pytest.mark.parametrize(
    "written",
    [
        "+15125550100",
        "+1 512 555 0100",
        "+1 (512) 555-0100",
        "1-512-555-0100",
        "(512) 555-0100",
        "(512)555-0100",
        "512.555.0100",
        "512-555-0100",
        "512 555 0100",
        "512 5550100",
        "5125550100",
        "512 - 555 - 0100",
        "512\n555\n0100",
        "5 1 2 5 5 5 0 1 0 0",
        "Line 1: 5125550100 and 5125550101",
        "5125550101 5125550100",
        "Tel.: 512/555/0100.",
    ],
)
def test_a_number_is_found_in_any_usual_spelling(written: str) -> None:
    reading = numbers_missing_from(pdf(f"Your bill\n{written}\nthank you"), ["+15125550100"])
    assert reading.missing == []
    assert reading.readable


@pytest.mark.parametrize("written", ["512 555 0101", "95125550100", "51255501007", "512 items, 555 lines, 0100 words"])
def test_a_similar_number_is_not_found(written: str) -> None:
    assert numbers_missing_from(pdf(written), ["+15125550100"]).missing == ["+15125550100"]


def test_the_missing_numbers_keep_their_order() -> None:
    bill = pdf("512 555 0101", "512 555 0103")
    wanted = [f"+1512555010{n}" for n in (4, 3, 2, 1)]
    assert numbers_missing_from(bill, wanted).missing == ["+15125550104", "+15125550102"]


def test_a_scan_is_not_readable() -> None:
    scan = FPDF()
    scan.add_page()
    scan.rect(10, 10, 50, 50)
    reading = numbers_missing_from(bytes(scan.output()), ["+15125550100"])
    assert not reading.readable
    assert reading.missing == ["+15125550100"]


BAD_PAGES = {
    "missing": b"null",
    "no page": b"17",
    "an unknown filter": PAGE % 7,
    "no content": PAGE % 99,
}


@pytest.mark.parametrize("bad", BAD_PAGES.values(), ids=list(BAD_PAGES))
def test_a_bad_page_is_skipped_and_the_rest_is_read(bad: bytes) -> None:
    nonsense = stream(b"x", b"/Filter/Nonsense")
    bill = with_pages(bad, PAGE % 6, more=[BILL_TEXT, nonsense])
    check(bill, "bill.pdf")
    reading = numbers_missing_from(bill, ["+15125550100", "+15125550101"])
    assert (reading.missing, reading.readable) == (["+15125550101"], True)
    assert (reading.pages, reading.pages_read, reading.in_part) == (2, 1, True)


def test_a_bill_of_more_pages_than_are_read_is_read_in_part() -> None:
    bill = with_pages(*[PAGE % 254] * 249, PAGE % 255, more=[stream(b"BT /F1 9 Tf (Your bill) Tj ET"), BILL_TEXT])
    reading = numbers_missing_from(bill, ["+15125550100"])
    assert (reading.missing, reading.readable, reading.in_part) == (["+15125550100"], True, True)


TYPED = {
    "a form field": annotated(b"<<%b/FT/Tx/T(n)/V(512-555-0100)>>" % FIELD),
    "a form field in two bytes a sign": annotated(
        b"<<%b/FT/Tx/V<%b>>>" % (FIELD, "\ufeff512-555-0100".encode("utf-16-be").hex().encode())
    ),
    "a field above": annotated(b"<<%b/Parent 7 0 R>>" % FIELD, b"<</FT/Tx/T(n)/V(512-555-0100)/Kids[6 0 R]>>"),
    "a choice": annotated(b"<<%b/FT/Ch/V(512-555-0100)>>" % FIELD),
    "a text over the page": annotated(b"<</Type/Annot/Subtype/FreeText/Contents(512-555-0100)>>"),
}


@pytest.mark.parametrize("bill", TYPED.values(), ids=list(TYPED))
def test_what_a_person_typed_into_a_bill_counts_as_shown(bill: bytes) -> None:
    reading = numbers_missing_from(bill, ["+15125550100", "+15125550101"])
    assert (reading.missing, reading.in_part) == (["+15125550101"], False)


@pytest.mark.parametrize(
    "annotation",
    [
        b"<<%b/Parent 6 0 R>>" % FIELD,
        b"<<%b/V 6 0 R/Contents[6 0 R]/Parent 6 0 R>>" % FIELD,
        b"[6 0 R 6 0 R]",
        b"6 0 R",
    ],
)
def test_a_form_field_that_leads_nowhere_hides_no_text(annotation: bytes) -> None:
    assert numbers_missing_from(annotated(annotation), []).readable


def test_a_field_that_a_page_names_again_and_again_fills_no_memory() -> None:
    long = annotated(b"<<%b/V(%b)>>" % (FIELD, b"x " * 50_000)).replace(b"[6 0 R]", b"[%b]" % (b"6 0 R " * 5_000))
    tracemalloc.start()
    assert read_text(long).text
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 50_000_000


def test_another_file_is_not_readable_as_a_bill() -> None:
    assert not numbers_missing_from(b"not a pdf", ["+15125550100"]).readable


def test_two_hundred_numbers_on_many_pages_are_read_in_seconds() -> None:
    numbers = [f"+1512555{n:04}" for n in range(200)]
    pages = ["\n".join(f"({n[2:5]}) {n[5:8]}-{n[8:]}   12.50" for n in numbers[i : i + 20]) for i in range(0, 200, 20)]
    begun = time.monotonic()
    assert numbers_missing_from(pdf(*pages), numbers).missing == []
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("loa.pdf", "loa.pdf"),
        ("LOA.PDF", "LOA.pdf"),
        ("my letter #1 @home.pdf", "my_letter_1_home.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\me\\bill.pdf", "bill.pdf"),
        ("Vollmächtigung.pdf", "Vollmachtigung.pdf"),
        ("$$$.pdf", "document.pdf"),
        (".pdf", "document.pdf"),
        ("", "document.pdf"),
        ("scan", "scan.pdf"),
    ],
)
def test_a_name_becomes_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.text(max_size=300))
def test_any_name_becomes_short_and_plain(name: str) -> None:
    safe = safe_name(name)
    assert len(safe) <= 80
    assert safe.endswith(".pdf")
    assert not set(safe) - set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
    assert not safe.startswith((".", "-"))
    assert safe_name(safe) == safe
