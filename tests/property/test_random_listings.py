"""An account in which orders change at random, while workers die, notes and hints get lost and Telnyx is silent.

However that goes: once it ends, each watch has read what its order became within two readings of the list. While
nothing changes any more nothing is hinted, and hardly anything is read.
"""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import hypothesis
import pytest
from hypothesis import strategies as st

from activities import watch_list
from domain import delays
from tests.property.listed_run import POLL, Run

Move = Callable[[Run, int], None]


def one_of(run: Run, which: int) -> str:
    return sorted(run.watches)[which % len(run.watches)]


def change(run: Run, which: int) -> None:
    run.telnyx.change(one_of(run, which))


def change_during_the_next_reading(run: Run, which: int) -> None:
    run.telnyx.during_reading += [lambda: None] * (which % 3) + [lambda: run.telnyx.change(one_of(run, which))]


def grow_during_the_next_reading(run: Run, which: int) -> None:
    run.telnyx.during_reading += [lambda: run.telnyx.place(f"s-{run.telnyx.calls}")] * (1 + which % 4)


def delete(run: Run, which: int) -> None:
    run.telnyx.delete(one_of(run, which))


def fail_hints(run: Run, which: int) -> None:
    run.hints_that_fail = 1 + which % 3


def die_while_hinting(run: Run, which: int) -> None:
    run.hints_until_death = which % 3


def lose_the_note(run: Run, _which: int) -> None:
    run.loses_note = True


def stay_silent_to_the_lister(run: Run, which: int) -> None:
    run.telnyx.unanswered_lists = 1 + which % 3


def stay_silent_to_the_watches(run: Run, which: int) -> None:
    run.telnyx.unanswered_reads = 1 + which % 3


def place_an_order(run: Run, _which: int) -> None:
    run.request()


def restart_the_lister(run: Run, _which: int) -> None:
    run.restart_lister()


def begin_a_watch_again(run: Run, which: int) -> None:
    run.lose_watch_note(one_of(run, which))


MOVES: tuple[Move, ...] = (
    change_during_the_next_reading,
    grow_during_the_next_reading,
    delete,
    fail_hints,
    die_while_hinting,
    lose_the_note,
    stay_silent_to_the_lister,
    stay_silent_to_the_watches,
    place_an_order,
    restart_the_lister,
    begin_a_watch_again,
)
GAPS = (0, 30, 400, 3605, 25_201)
"""Seconds between two steps. In each of them an order changes, and something goes wrong or is new."""
STRANGERS = 12
"""Orders in the list that no request watches."""
LONG = timedelta(hours=12)
QUIET = timedelta(days=2)
POLLS_OF_A_WATCH = 11
"""At most, in two days: the first delay is a few minutes, and each is twice the last one."""
STEP = st.tuples(st.sampled_from(GAPS), st.sampled_from(MOVES), st.integers(0, 11))
TURMOIL = st.lists(STEP, min_size=1, max_size=8)


@pytest.fixture(autouse=True)
def in_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pause takes real time, and a short list is long enough to be read as one."""
    monkeypatch.setattr(delays, "BETWEEN_HINTS", 0.0)
    monkeypatch.setattr(delays, "SECOND_LOOK", 0.0)
    monkeypatch.setattr(watch_list, "NEW_ON_A_PAGE", 6)


async def play(turmoil: list[tuple[int, Move, int]], requests: int, seed: int) -> Run:
    """A run up to the end of the turmoil, and two readings more. Before it the watches have slowed down."""
    run = Run(seed=seed)
    for place in range(STRANGERS):
        run.telnyx.place(f"t-{place}")
    for _ in range(requests):
        run.request()
    await run.until(run.now + LONG)
    for gap, move, which in turmoil:
        change(run, which + gap % 7)
        move(run, which)
        await run.until(run.now + timedelta(seconds=gap))
    run.calm_down()
    await run.until(run.now + timedelta(seconds=2 * POLL))
    return run


@hypothesis.settings(max_examples=50)
@hypothesis.given(turmoil=TURMOIL, requests=st.integers(1, 7), seed=st.integers(0, 9))
def test_each_change_is_read_within_two_readings_and_then_nothing_is_hinted(
    turmoil: list[tuple[int, Move, int]], requests: int, seed: int
) -> None:
    async def check() -> None:
        run = await play(turmoil, requests, seed)
        assert {one: watch.seen for one, watch in run.watches.items()} == {
            one: run.telnyx.version(one) for one in run.watches
        }
        run.asked = run.reads = 0
        await run.until(run.now + QUIET)
        assert run.asked == 0
        assert run.reads <= POLLS_OF_A_WATCH * len(run.watches)

    asyncio.run(check())
