"""What people type is parsed, or refused in one sentence."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.messages import Code
from services import parsing
from services.errors import Refused

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def test_numbers_in_any_spelling_become_one_spelling() -> None:
    typed = ["(512) 555-0100", "512.555.0101", "1-512-555-0102", "+1 512 555 0103"]

    assert parsing.phone_numbers(typed) == ["+15125550100", "+15125550101", "+15125550102", "+15125550103"]


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        (["12345"], "'12345'"),
        (["office"], "'office'"),
        (["+442071234567"], "'+442071234567'"),
        (["5125550100", "(512) 555-0100"], "+15125550100"),
        ([], "at least one"),
        ([f"512555{i:04d}" for i in range(201)], "200"),
    ],
)
def test_wrong_numbers_are_refused_in_one_sentence(typed: list[str], named: str) -> None:
    with pytest.raises(Refused) as refusal:
        parsing.phone_numbers(typed)

    assert named in str(refusal.value)
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
        ("\u202a(512) 555-0100\u202c", ["\u202a(512) 555-0100\u202c"]),
        ("512\u2007555\u20070100;\n5125550101.0", ["512 555 0100", "5125550101.0"]),
    ],
)
def test_a_cell_is_split_into_numbers_that_may_contain_spaces(cell: str, numbers: list[str]) -> None:
    assert parsing.split_numbers(cell) == numbers


def test_codes_are_parsed_with_their_numbers() -> None:
    assert parsing.codes(
        ["(512) 555-0100=12345", "+15125550101= 678 ", "\u2068512\u2011555\u20110102=\u200b'0123"]
    ) == [
        Code(phone_number="+15125550100", code="12345"),
        Code(phone_number="+15125550101", code="678"),
        Code(phone_number="+15125550102", code="0123"),
    ]


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        (["+15125550100=12a45"], "+15125550100"),
        (["+15125550100="], "+15125550100"),
        (["+15125550100=1234567890123"], "+15125550100"),
        (["98765"], "position 1"),
        (["+15125550100=111", "5125550100=222"], "+15125550100"),
        ([], "+15125550100=12345"),
    ],
)
def test_a_malformed_code_is_refused_and_never_shown(typed: list[str], named: str) -> None:
    with pytest.raises(Refused) as refusal:
        parsing.codes(typed)

    assert named in str(refusal.value)
    for secret in ("12a45", "1234567890123", "98765", "111", "222"):
        assert secret not in str(refusal.value)


@pytest.mark.parametrize("text", ["", "a b", "ü", "x" * 65, "..", "a/b", "account-default"])
def test_a_malformed_reference_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        parsing.reference(text)


@pytest.mark.parametrize("typed", ["r-1", "\u200br\u20111\u00a0", "'r-1", '="r-1"', "\ufeffr\u20131"])
def test_an_id_is_cleaned_of_what_programs_add(typed: str) -> None:
    for parse in (parsing.reference, parsing.account, parsing.customer, parsing.profile):
        assert parse(typed) == "r-1"


@pytest.mark.parametrize("text", ["O'Neil", 'a"b', "back\\slash", "two\nlines", "x" * 65])
def test_a_customer_id_that_could_break_a_query_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        parsing.customer(text)


def test_account_and_profile_are_ids() -> None:
    assert parsing.account("acme-1") == "acme-1"
    with pytest.raises(Refused):
        parsing.account("a b")
    with pytest.raises(Refused):
        parsing.profile("")


def test_contact_hours_are_refused_where_they_are_typed() -> None:
    assert parsing.contact_hours("9-17 Pacific") == "9-17 Pacific"
    with pytest.raises(Refused, match="'17-9'"):
        parsing.contact_hours("17-9")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30m", NOW - timedelta(minutes=30)),
        ("24h", NOW - timedelta(hours=24)),
        ("3d", NOW - timedelta(days=3)),
        ("2026-11-29", datetime(2026, 11, 29, tzinfo=UTC)),
        ("2026-11-29T09:00", datetime(2026, 11, 29, 9, tzinfo=UTC)),
        ("2026-11-29T09:00-06:00", datetime(2026, 11, 29, 15, tzinfo=UTC)),
    ],
)
def test_a_time_is_a_span_or_an_instant(text: str, expected: datetime) -> None:
    assert parsing.instant(text, NOW) == expected


@pytest.mark.parametrize(
    "text", ["", "yesterday", "3w", "h", "-3d", "3 d", "0001-01-01T00:00+05:00", "9999-12-31T23:00-05:00"]
)
def test_a_malformed_time_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        parsing.instant(text, NOW)
