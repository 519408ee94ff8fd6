"""What objects of the product do, as functions of small values: the rule of the list, the turns and the claims."""

from datetime import timedelta
from typing import Any

from domain.accounts import Claim
from telnyx_api.pagination import Reading
from telnyx_api.replies import Page
from telnyx_api.shared_reading import Turns
from tests.explorer.ports import QUARANTINE, STARTED, Numbers
from workflows.account.claims import Claims

SMALL_PAGE = 4
"""The most entries of a page. With fewer a page that repeats an entry may bring no new one."""
Pages = tuple[tuple[tuple[str, ...], int], ...]
"""The pages of a reading so far: the ids on each, and the total that Telnyx named."""


class Readings:
    """Readings of the list. Two that the rule cannot tell apart have the same number."""

    BEGUN = 0

    def __init__(self) -> None:
        self._pages: list[Pages] = [()]
        self._read: list[Reading[str]] = [_fold(())]
        self._numbers: dict[object, int] = {_frozen(self._read[0]): 0}
        self._next: dict[tuple[int, tuple[str, ...], int], int] = {}

    def of(self, number: int) -> Reading[str]:
        """The reading itself, which is not to be changed."""
        return self._read[number]

    def turn_page(self, number: int, listed: tuple[str, ...]) -> int:
        """The reading after its next page, from the list as it is now."""
        window = self._read[number].window
        page = listed[window.start : window.end]
        key = (number, page, len(listed))
        if key not in self._next:
            self._next[key] = self._number((*self._pages[number], (page, len(listed))))
        return self._next[key]

    def _number(self, pages: Pages) -> int:
        reading = _fold(pages)
        number = self._numbers.setdefault(_frozen(reading), len(self._pages))
        if number == len(self._pages):
            self._pages.append(pages)
            self._read.append(reading)
        return number


def _fold(pages: Pages) -> Reading[str]:
    reading = Reading[str](SMALL_PAGE)
    for entries, total in pages:
        size = reading.window.size
        page = Page(total_pages=-(-total // size), total_results=total)
        reading.add([(entry, entry) for entry in entries], page)
    return reading


def _frozen(value: object) -> object:
    """Everything that an object holds, so that two can be compared."""
    if isinstance(value, Reading):
        return _frozen(vars(value))
    if isinstance(value, dict):
        return tuple((name, _frozen(one)) for name, one in value.items())
    return tuple(value) if isinstance(value, list) else value


def turns_of(asking: tuple[int, ...], served: tuple[int, ...]) -> Turns[int]:
    """The turns of a worker on which some wait and some are being served."""
    turns = Turns[int]()
    for asker in served:
        turns.ask(asker)
    turns.begin()
    for asker in asking:
        turns.ask(asker)
    return turns


class Ledger:
    """The claims of the account in every state that they took, each with a number.

    It is always the same time. When time passes, takeovers become older instead. Claims themselves do not: they are
    recent for an hour, and all that is explored takes minutes.
    """

    def __init__(self, tick: timedelta) -> None:
        self._tick = round(tick.total_seconds())
        self._states = [Claims().model_dump_json()]
        self._numbers = {self._states[0]: 0}
        self._aged: dict[int, int] = {}
        self._taken: dict[tuple[int, tuple[Any, ...]], tuple[int, str]] = {}

    def take(self, number: int, reference: str, run: str, numbers: Numbers, void: Numbers) -> tuple[int, str]:
        """The claims after one more claim, and its answer as JSON."""
        key = (number, (reference, run, numbers, void))
        if key not in self._taken:
            claims = Claims.model_validate_json(self._states[number])
            claim = Claim(reference=reference, workflow_run_id=run, fingerprints=list(numbers), void=list(void))
            answer = claims.take(claim, STARTED).model_dump_json()
            self._taken[key] = self._number(claims.model_dump_json()), answer
        return self._taken[key]

    def age(self, number: int) -> int:
        """The claims a tick later. No one asks how old a takeover is after two quarantines."""
        if number not in self._aged:
            claims = Claims.model_validate_json(self._states[number])
            oldest = round(STARTED.timestamp() - 2 * QUARANTINE)
            for reference, held in claims.holders.items():
                if held.moved:
                    claims.holders[reference] = held._replace(moved=max(held.moved - self._tick, oldest))
            self._aged[number] = self._number(claims.model_dump_json())
        return self._aged[number]

    def _number(self, state: str) -> int:
        number = self._numbers.setdefault(state, len(self._states))
        if number == len(self._states):
            self._states.append(state)
        return number
