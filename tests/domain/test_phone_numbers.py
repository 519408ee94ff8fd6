"""US phone numbers as people type them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.pasted_text import clean
from domain.phone_numbers import NotAPhoneNumber, is_e164_us, mask, normalize

USUAL = [
    "+15125550100",
    "15125550100",
    "5125550100",
    "(512) 555-0100",
    "512-555-0100",
    "512.555.0100",
    "512/555/0100",
    "1-512-555-0100",
    "+1 (512) 555-0100",
    "  +1 512 555 0100\n",
    "(512)-555-0100",
    "512 - 555 - 0100",
    "(+1) 512 555 0100",
    "+1.5125550100",  # as domain registries write it
    "tel:+1-512-555-0100",
    # what programs add
    "512\u00a0555\u00a00100",  # copied from a web page
    "512\u2007555\u202f0100",
    "\u202a(512) 555-0100\u202c",  # copied from a contact list
    "\ufeff5125550100\u200b",
    "\u2068+1\u00ad5125550100\u2069",
    "512\u2010555\u20110100",
    "512\u2013555\u20140100",
    "512\u2012555\u22120100",
    "'5125550100",
    "\u2019+15125550100",
    '="5125550100"',
    "“512-555-0100”",
    "5125550100.0",
    "15125550100.00",
]


def test_any_usual_spelling_becomes_e164(subtests: pytest.Subtests) -> None:
    for typed in USUAL:
        with subtests.test(repr(typed)):
            assert normalize(typed) == "+15125550100"


REFUSED = [
    ("", "phone number"),
    ("hello", "phone number"),
    ("x" * 81, "phone number"),
    ("512-555-0100 ext. 7", "phone number"),
    ("512-555-CALL", "phone number"),
    ("+-() ", "phone number"),
    ("٥١٢٥٥٥٠١٠٠", "phone number"),  # digits of another script would reach Telnyx as such
    ("++15125550100", "phone number"),
    # ten digits that are no typed number
    ("512555010.0", "9 digits"),
    ("51255501.00", "8 digits"),
    ("5125550100.5", "11 digits"),
    ("512555.0100", "grouped"),
    ("1.5125550100", "grouped"),
    ("5.12555E+09", "spreadsheet"),
    ("01 23 45 67 89", "2 to 9"),
    ("2026-05-5501", "grouped"),
    ("512 555 01 00", "grouped"),
    ("1764540000", "2 to 9"),  # a Unix time
    ("+10125550100", "2 to 9"),
    ("512-155-0100", "2 to 9"),
    ("+442079460000", "+1 and ten"),
    ("+5125550100", "+1 and ten"),
    ("+1512555010", "10 digits"),
    ("555-0100", "7 digits"),
    ("25125550100", "11 digits"),
    ("+1 512 555 01000", "12 digits"),
]


def test_what_is_no_us_number_is_refused_by_a_sentence_that_shows_it(subtests: pytest.Subtests) -> None:
    for typed, word in REFUSED:
        with subtests.test(repr(typed)):
            with pytest.raises(NotAPhoneNumber) as refused:
                normalize(typed)
            assert word in str(refused.value)
            assert repr(typed.strip()[:80]) in str(refused.value)


@given(st.text(alphabet="\u202a\u200b\ufeff\u00a0\u2007\u2011\u2014'\"=“”ab1 -", max_size=12))
def test_a_clean_text_holds_no_mark_that_a_program_added(typed: str) -> None:
    assert set(clean(typed)) <= set("'\"=“”ab1 -")
    assert clean(typed) == clean(f"\u200e{typed}\u00a0")


@given(st.text(alphabet="+0123456789().-/ \t٥５²x", max_size=18) | st.text(max_size=18))
def test_what_is_accepted_becomes_e164_which_stays_the_same(typed: str) -> None:
    try:
        number = normalize(typed)
    except NotAPhoneNumber:
        return
    assert re.fullmatch(r"\+1[2-9][0-9]{2}[2-9][0-9]{6}", number)
    assert is_e164_us(number)
    assert normalize(number) == number


@given(
    st.from_regex(r"[2-9][0-9]{2}[2-9][0-9]{6}", fullmatch=True),
    st.sampled_from(["{}", "1{}", "+1{}", "+1 {}", "1-{}"]),
)
def test_ten_digits_are_a_number_with_or_without_the_country_code(digits: str, spelling: str) -> None:
    assert normalize(spelling.format(digits)) == f"+1{digits}"


@pytest.mark.parametrize(
    "text",
    ["15125550100", "+1512555010", "+151255501000", "+1512555010٠", "+1 5125550100", "",
     "+11125550100", "+15120550100"],
)  # fmt: skip
def test_only_plus_one_and_ten_digits_of_the_north_american_plan_are_e164(text: str) -> None:
    assert not is_e164_us(text)


def test_a_masked_number_shows_its_last_four_digits_only() -> None:
    assert mask("+15125550100") == "…0100"
