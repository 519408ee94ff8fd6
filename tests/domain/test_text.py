"""Pieces of text: lists that are cut for a sentence, and instants with their time zone."""

from datetime import datetime

import pytest

from domain.calendar import CENTRAL
from domain.text import count, format_utc, join_some, with_reason


@pytest.mark.parametrize(
    ("items", "limit", "joined"),
    [
        ("", 2, ""),
        ("ab", 2, "a, b"),
        ("abcd", 2, "a, b and 2 more"),
        ("abcdefghij", None, "a, b, c, d, e, f, g, h, i, j"),
        ("abcdefghijk", None, "a, b, c, d, e, f, g, h, i, j and 1 more"),
    ],
)
def test_a_long_list_is_cut_and_says_how_many_are_left_out(items: str, limit: int | None, joined: str) -> None:
    assert (join_some(items) if limit is None else join_some(items, limit)) == joined


@pytest.mark.parametrize(
    ("instant", "written"),
    [
        (datetime(2026, 11, 26, 11, 30, 5, tzinfo=CENTRAL), "2026-11-26 17:30 UTC"),
        # Without a zone it is meant in UTC, in any zone of this machine.
        (datetime(2026, 11, 26, 11, 30, 5), "2026-11-26 11:30 UTC"),  # noqa: DTZ001 - without a zone on purpose
        (None, ""),
    ],
)
def test_an_instant_is_written_in_utc_in_whichever_zone_it_came(instant: datetime | None, written: str) -> None:
    assert format_utc(instant) == written


def test_an_instant_of_the_next_seconds_is_written_with_its_seconds() -> None:
    assert format_utc(datetime(2026, 11, 26, 11, 30, 5, tzinfo=CENTRAL), seconds=True) == "2026-11-26 17:30:05 UTC"


def test_one_thing_and_several_are_counted_each_in_its_form() -> None:
    assert [count(number, "number") for number in range(3)] == ["0 numbers", "1 number", "2 numbers"]


@pytest.mark.parametrize(
    ("why", "sentence"),
    [
        ("", "Cancelled."),
        (" . ", "Cancelled."),
        ("It is closed", "Cancelled: It is closed."),
        (" It is closed.", "Cancelled: It is closed."),
        ("Is it open?", "Cancelled: Is it open."),
    ],
)
def test_a_sentence_with_a_reason_ends_once(why: str, sentence: str) -> None:
    assert with_reason("Cancelled", why) == sentence
