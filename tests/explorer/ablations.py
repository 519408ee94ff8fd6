"""The guards of the protocol, one row each: how it is taken away from the real code, and where that does harm."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple
from unittest import mock

from activities.heartbeats import Pulse
from activities.ordering import attempts as notes
from activities.ordering import find, open_orders, place
from activities.ordering.attempts import Attempts
from telnyx_api.pagination import Reading
from telnyx_api.shared_reading import Turns
from tests.explorer import ports
from tests.explorer.ports import STARTED
from tests.explorer.scenarios import AB, BC, CA, A, B, small
from tests.explorer.world import Scenario


class Guard(NamedTuple):
    """A guard of the protocol."""

    name: str
    take_away: Callable[[], AbstractContextManager[Any]]
    scenario: Scenario
    """A small one in which an order is doubled, or left behind, without the guard."""


_read_note, _list, _take_over = notes._read_note, open_orders.list_open_orders, Attempts.record_takeover
_without = partial(partial, mock.patch.object)


async def _claim_nothing(*_: Any) -> None:
    """Numbers are ordered without a claim."""


async def _list_nothing(*args: Any) -> list[Any]:
    await _list(*args)
    return []


async def _everyone_is_closed(_: Any, references: Sequence[str]) -> list[str]:
    return list(references)


def _trust_silence(info: Any) -> tuple[str, datetime | None]:
    note, until = _read_note(info)
    return (note, until) if until else ("nothing sent", STARTED)


def _note_without_instant(info: Any) -> tuple[str, datetime | None]:
    note, until = _read_note(info)
    return note, STARTED if until else None


def _take_over_with_one_quarantine(attempts: Attempts, at: datetime) -> None:
    whole, attempts._quarantine = attempts._quarantine, attempts._quarantine / 2
    _take_over(attempts, at)
    attempts._quarantine = whole


def _take_over_unless_waited(attempts: Attempts, at: datetime) -> None:
    if not attempts.has_waited:
        _take_over(attempts, at)


def _join_reading_under_way(turns: Turns[Any], asker: Any) -> None:
    (turns._waiting if turns._served is None else turns._served).append(asker)


class _WaitedAlready(Attempts):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_waited = True


GUARDS = (
    Guard("a number is claimed first", _without(place, "claim_numbers", _claim_nothing), small(AB, BC, CA)),
    Guard(
        "only the claim of a closed request is void",
        _without(ports.PlayedAccount, "find_closed", _everyone_is_closed),
        small(A, A, ticks=2),
    ),
    Guard(
        "the listing begins after the claim",
        _without(Turns, "ask", _join_reading_under_way),
        small(A, B, mishap="lose answer", ticks=1)._replace(entries=5, places=("front",)),
    ),
    Guard(
        "a list that shrank is read again",
        _without(Reading, "is_whole", new=True),
        small(A, mishap="lose answer", ticks=1, changes=2)._replace(entries=4, changes=frozenset({"delete"})),
    ),
    Guard(
        "a list that changed its order is read again",
        _without(Reading, "is_whole", new=True),
        small(A, mishap="lose answer", ticks=1, changes=1)._replace(entries=4, changes=frozenset({"move"})),
    ),
    Guard(
        "an order that is listed is not placed again",
        _without(place, "list_open_orders", _list_nothing),
        small(A, mishap="lose answer", ticks=1),
    ),
    Guard("nothing is sent in the quarantine", _without(ports, "QUARANTINE", 0.0), small(A, mishap="lose answer")),
    Guard(
        "the note says until when", _without(notes, "_read_note", _note_without_instant), small(A, mishap="lose answer")
    ),
    Guard("without a note an order may come", _without(notes, "_read_note", _trust_silence), small(A, mishap="die")),
    Guard(
        "a takeover has a quarantine",
        _without(Attempts, "record_takeover", lambda *_: None),
        small(A, A, mishap="terminate"),
    ),
    Guard(
        "the quarantine of a takeover is double",
        _without(Attempts, "record_takeover", _take_over_with_one_quarantine),
        small(A, A, mishap="terminate", ticks=2)._replace(quarantine=2, runs=1),
    ),
    Guard(
        "a quarantine before a takeover does not count",
        _without(Attempts, "record_takeover", _take_over_unless_waited),
        small(A, A, ticks=1, mishaps=2)._replace(mishaps=frozenset({"terminate", "reset"})),
    ),
    Guard(
        "a worker that stood still sends nothing",
        _without(Pulse, "is_steady", new=True),
        small(A, mishap="stand still", ticks=1),
    ),
    Guard(
        "the last look waits for the quarantine",
        _without(find, "Attempts", _WaitedAlready),
        small(A, mishaps=2)._replace(mishaps=frozenset({"give up", "lose answer"})),
    ),
)
