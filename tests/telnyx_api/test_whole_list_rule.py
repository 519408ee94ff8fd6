"""What a reading of a list knows: every entry that was there when it began, or that it must be read again.

The cases are those of docs/decisions/0030. Pages have up to six entries, and the list begins as a, b, c….
"""

from string import ascii_lowercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telnyx_api.pagination import PAGE_SIZE, Reading, next_window
from telnyx_api.replies import Page
from tests.fuzz.oddities import drawn
from tests.telnyx_api.changing_list import Change, both, insert, move, page_of, read, remove

LIMIT = 6
LISTED = list(ascii_lowercase[:16])
END = 10**6
GROWING: dict[str, Change] = {
    "in front": insert(0, "1"),
    "at the end": insert(END, "1"),
    "in the middle": insert(8, "1"),
    "among what two pages share": insert(5, "1"),
    "in front and at the end": both(insert(0, "1"), insert(END, "2")),
}
LOSING: dict[str, Change] = {
    "one is deleted": remove("a"),
    "one is deleted, one appears at the end: equal totals": both(remove("a"), insert(END, "1")),
    "one is deleted, two appear at the end": both(remove("a"), insert(END, "1", "2")),
    "the shared one is deleted, one appears in front": both(remove("f"), insert(0, "1")),
    "the next one moves to the front": move("g", 0),
    "the next one moves to the front, one appears there": both(move("g", 0), insert(0, "1")),
    "one moves to the end, one appears there": both(move("a", -1), insert(END, "1")),
    "the page comes from a server that lags behind": remove("a", "b"),
    "the order is turned around": list.reverse,
}


@pytest.mark.parametrize("name", GROWING)
@pytest.mark.parametrize("after", [1, 2])
def test_a_list_that_grows_is_read_once(name: str, after: int) -> None:
    reading, _ = read(list(LISTED), [insert(0)] * (after - 1) + [GROWING[name]], LIMIT)
    assert reading.is_whole
    assert set(LISTED) <= set(reading.found)


@pytest.mark.parametrize("name", LOSING)
def test_a_list_in_which_an_entry_slips_to_a_page_that_was_read_is_not_whole(name: str) -> None:
    reading, _ = read(list(LISTED), [LOSING[name]], LIMIT)
    assert not reading.is_whole


def test_a_list_that_shrank_is_read_again() -> None:
    reading, _ = read(list(LISTED), [insert(0), remove("a")], LIMIT)
    assert not reading.is_whole


def test_a_list_that_repeats_a_page_is_read_again_also_when_it_names_no_totals() -> None:
    reading = Reading[str](LIMIT)
    first, _ = page_of(LISTED, reading.window)
    while not reading.is_over:
        reading.add(first, Page())
    assert not reading.is_whole


def test_a_deletion_that_moves_nothing_to_a_page_that_was_read_does_no_harm() -> None:
    """One disappears and one appears in front of the reading, between the same pages."""
    reading, _ = read(list(LISTED), [both(remove("a"), insert(0, "1"))], LIMIT)
    assert reading.is_whole
    assert set(LISTED) <= set(reading.found)


def test_an_entry_that_nothing_tells_from_a_new_one_is_the_rest() -> None:
    """One entry moves to the front and a new one appears behind: no list that is sorted by one key does both."""
    reading, _ = read(list(LISTED), [both(move("k", 0), insert(END, "1"))], LIMIT)
    assert (reading.is_whole, "k" in reading.found) == (True, False)


NAMES = st.integers(0, 10**9).map(lambda number: f"n{number}")
PLACES = st.integers(0, 40)


@drawn(300)
@given(st.integers(0, 40), st.lists(st.tuples(PLACES, st.lists(NAMES, max_size=2)), max_size=30), st.integers(8, 12))
def test_a_list_that_only_grows_is_whole_at_once(size: int, growth: list[tuple[int, list[str]]], limit: int) -> None:
    listed = [f"o{place}" for place in range(size)]
    fresh = [[f"{name}-{turn}" for name in names] for turn, (_, names) in enumerate(growth)]
    changes = [insert(place, *dict.fromkeys(names)) for (place, _), names in zip(growth, fresh, strict=True)]
    reading, _ = read(list(listed), changes, limit)
    assert reading.is_whole
    assert set(listed) <= set(reading.found)


@drawn(500)
@given(st.data())
def test_a_whole_list_has_every_entry_that_was_there_all_the_time(data: st.DataObject) -> None:
    """Entries appear and disappear anywhere, and keep their order. Totals may hide it."""
    now, limit = [f"o{place}" for place in range(data.draw(st.integers(0, 30)))], data.draw(st.integers(3, 8))
    began, gone = set(now), set[str]()

    def change(entries: list[str]) -> None:
        lost = data.draw(st.lists(st.sampled_from(entries), max_size=2)) if entries else []
        gone.update(lost)
        remove(*lost)(entries)
        turn = len(gone) + len(entries)
        insert(data.draw(PLACES), *(f"n{turn}-{name}" for name in range(data.draw(st.integers(0, 2)))))(entries)

    reading, _ = read(now, [change] * 12, limit)
    if reading.is_whole:
        assert began - gone <= set(reading.found)


@pytest.mark.parametrize("covered", [1, 2, 249, 250, 251, 336, 1000, 27_720, 360_360, 720_720])
def test_the_next_page_repeats_an_entry_and_brings_many_new_ones(covered: int) -> None:
    window = next_window(covered)
    assert window.start < covered
    assert window.end - covered >= PAGE_SIZE * 0.6
    assert 1 <= window.size <= PAGE_SIZE


def test_five_thousand_entries_take_two_pages_more_than_without_repetition() -> None:
    _, pages = read([str(place) for place in range(5000)], [], PAGE_SIZE)
    assert pages == 5000 // PAGE_SIZE + 2


def test_a_server_with_smaller_pages_than_it_promises_is_read_to_the_end() -> None:
    listed = [str(place) for place in range(31)]
    for totals in (Page(total_results=31), Page()):
        reading = Reading[str](PAGE_SIZE)
        while not reading.is_over:
            size = min(reading.window.size, 7)
            start = (reading.window.number - 1) * size
            reading.add([(entry, entry) for entry in listed[start : start + size]], totals)
        assert reading.is_whole
        assert list(reading.found) == listed
