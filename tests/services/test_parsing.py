"""What people type becomes what a request holds, or one sentence."""

import pytest

from domain.messages import Code
from services import parsing
from services.errors import Refused


def test_numbers_in_any_spelling_become_one_spelling() -> None:
    typed = ["(512) 555-0100", "512.555.0101", "1-512-555-0102", "+1 512 555 0103"]

    assert parsing.phone_numbers(typed) == ["+15125550100", "+15125550101", "+15125550102", "+15125550103"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (["12345"], "'12345' is not a US number; it has 5 digits"),
        (["office"], "'office' is not a phone number"),
        (["+442071234567"], "write +1 and ten digits"),
        (["5125550100", "(512) 555-0100"], "+15125550100 is given more than once"),
        ([], "No phone number is given"),
        ([f"512555{i:04d}" for i in range(201)], "201 numbers are given, but one request takes at most 200"),
    ],
)
def test_wrong_numbers_are_refused_in_one_sentence(typed: list[str], sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        parsing.phone_numbers(typed)

    assert sentence in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("+15125550100 +15125550101", ["+15125550100", "+15125550101"]),
        ("+15125550100;+15125550101", ["+15125550100", "+15125550101"]),
        ("(512) 555-0100; 512 555 0101", ["(512) 555-0100", "512 555 0101"]),
        ("(512) 555-0100 (512) 555-0101", ["(512) 555-0100", "(512) 555-0101"]),
        ("1 512 555 0100 +15125550101", ["1 512 555 0100", "+15125550101"]),
        ("", []),
        ("office", ["office"]),
    ],
)
def test_a_cell_is_cut_into_numbers_that_may_have_spaces_of_their_own(cell: str, numbers: list[str]) -> None:
    assert parsing.split_numbers(cell) == numbers


def test_codes_are_read_with_their_numbers() -> None:
    assert parsing.codes(["(512) 555-0100=12345", "+15125550101= 678 "]) == [
        Code(phone_number="+15125550100", code="12345"),
        Code(phone_number="+15125550101", code="678"),
    ]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (["+15125550100=12a45"], "The code for +15125550100 is not 3 to 12 digits"),
        (["+15125550100="], "is not 3 to 12 digits"),
        (["+15125550100=1234567890123"], "is not 3 to 12 digits"),
        (["98765"], "The code at position 1 has no number"),
        (["+15125550100=111", "5125550100=222"], "is given more than once"),
        ([], "No code is given"),
    ],
)
def test_a_malformed_code_is_refused_and_never_shown(typed: list[str], sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        parsing.codes(typed)

    assert sentence in str(refusal.value)
    for secret in ("12a45", "1234567890123", "98765", "111", "222"):
        assert secret not in str(refusal.value)


@pytest.mark.parametrize("text", ["", "a b", "ü", "x" * 65, "..", "a/b", "account-default"])
def test_what_cannot_be_a_reference_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="is no reference"):
        parsing.reference(text)


@pytest.mark.parametrize("text", ["O'Neil", 'a"b', "back\\slash", "two\nlines", "x" * 65])
def test_a_customer_id_holds_nothing_that_a_query_could_trip_over(text: str) -> None:
    with pytest.raises(Refused, match="is no customer id"):
        parsing.customer(text)


def test_account_and_profile_are_ids() -> None:
    assert parsing.account("acme-1") == "acme-1"
    with pytest.raises(Refused, match="account name"):
        parsing.account("a b")
    with pytest.raises(Refused, match="messaging profile id"):
        parsing.profile("")
