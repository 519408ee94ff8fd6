"""The contact hours of a request, in the time zones of US numbers: no one is called at night."""

from datetime import datetime

import pytest

from domain.contact_hours import ZONES, parse_contact_hours


def at(text: str, zone: str = "Central") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONES[zone])


@pytest.mark.parametrize(
    ("hours", "instant", "opening"),
    [
        ("9-17", "2026-11-24T12:00", "2026-11-24T12:00"),
        ("9-17", "2026-11-24T08:59", "2026-11-24T09:00"),
        ("9-17", "2026-11-24T17:00", "2026-11-25T09:00"),
        ("0-24", "2026-11-24T03:00", "2026-11-24T03:00"),
        # Every day, weekends too.
        ("9-17", "2026-11-27T18:00", "2026-11-28T09:00"),
        # The clocks go back on 2026-11-01 and forward on 2026-03-08.
        ("9-17", "2026-10-31T18:00", "2026-11-01T09:00"),
        ("9-17", "2026-03-07T18:00", "2026-03-08T09:00"),
    ],
)
def test_codes_wait_for_the_next_opening(hours: str, instant: str, opening: str) -> None:
    found = parse_contact_hours(hours)
    assert found is not None
    assert found.next_open(at(instant)) == at(opening)


def test_hours_are_those_of_the_zone_that_is_named() -> None:
    found = parse_contact_hours("9-17 hawaii")
    assert found is not None
    assert found.next_open(at("2026-11-24T09:00")) == at("2026-11-24T09:00", "Hawaii")


def test_an_empty_text_is_no_limit() -> None:
    assert parse_contact_hours("") is None


@pytest.mark.parametrize(
    "text", ["9", "9" * 41, "17-9", "9-25", "9-9", "nine to five", "9-17 Berlin", "9-17 Central time"]
)
def test_a_text_that_is_no_hours_is_refused_in_one_sentence_that_shows_it(text: str) -> None:
    with pytest.raises(ValueError, match="9-17 Pacific") as caught:
        parse_contact_hours(text)
    assert f" {text[:40]!r} " in str(caught.value)


@pytest.mark.parametrize(("text", "written"), [("9-17", "9–17 Central"), (" 8-20 pacific ", "8–20 Pacific")])
def test_hours_are_shown_with_their_zone(text: str, written: str) -> None:
    assert str(parse_contact_hours(text)) == written


def test_the_zones_are_those_of_the_states() -> None:
    assert {name: zone.key for name, zone in ZONES.items()} == {
        "Eastern": "America/New_York",
        "Central": "America/Chicago",
        "Mountain": "America/Denver",
        "Arizona": "America/Phoenix",
        "Pacific": "America/Los_Angeles",
        "Alaska": "America/Anchorage",
        "Hawaii": "Pacific/Honolulu",
    }
