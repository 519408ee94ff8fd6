"""Pieces of text: lists that are cut for a sentence, and instants with their time zone."""

from datetime import datetime

import pytest

from domain.calendar import CENTRAL
from domain.text import format_utc, join_some


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


def test_an_instant_is_written_in_utc_whatever_its_own_zone() -> None:
    assert format_utc(datetime(2026, 11, 26, 11, 30, tzinfo=CENTRAL)) == "26 November 2026 17:30 UTC"
