"""What a run will be: its requests, the people behind them and every blow, all drawn from one seed beforehand."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.eligibility_statuses import ELIGIBILITY, EligibilityKind
from simulator import test_numbers
from simulator.test_numbers import Row

PROFILES = tuple(f"3f1b8c52-6a0e-4d8b-9c34-5b7a2f10cc{last:02}" for last in range(5))
"""Messaging profiles of the requests."""
FOR_EVER = frozenset({"pending", "loa_file_successful", "provisioning", "ownership_successful"})
"""Words that a review may stop at for ever, unless a person at Telnyx goes on with it."""

_SHORTEST, _SECONDS_PER_REQUEST = 45.0, 0.8
_STARTS_UNTIL = 0.6
"""The part of the storm in which requests start, so that the rest finds all of them under way."""
_LONG_ENOUGH = 150.0
"""Seconds of storm from which on a run has room for checks that Telnyx could not make: asking takes 3.5 minutes."""
SLOW_CHECKS = frozenset({EligibilityKind.RETRY, EligibilityKind.BILLING})
"""Checks that Telnyx could not make: the program asks only after minutes."""
_REFUSES_ACCOUNT = {EligibilityKind.BILLING, EligibilityKind.ACCOUNT}


class Blow(StrEnum):
    """What is done to the installation."""

    WORKER = "worker killed"
    SERVER = "Temporal server killed"
    STORE = "document store away"
    RESET = "workflow reset"
    ACCOUNT = "account refused"
    LATE_ORDER = "orders arrive late"
    NOT_FOUND = "Telnyx finds nothing"


@dataclass(frozen=True)
class Strike:
    """One blow: when, for how long, and what it hits.

    Attributes:
        at: seconds after the start.
        lasts: seconds until what was hit is brought back.
        figure: which worker, or which HTTP status refuses the account.
        share: from 0 to 1, which of the running requests, and how far back in its history.
    """

    at: float
    blow: Blow
    lasts: float = 0.0
    figure: int = 0
    share: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Temper:
    """How the person behind a request is.

    Attributes:
        pace: seconds between two looks at what is asked.
        wrong: share of codes that are mistyped.
        signals: hands codes in by a bare signal instead of the command.
        late: share of looks at which the person does nothing yet.
        tries: how often something refused is tried again before it is given up.
        cancels_after: seconds after the start at which the person changes their mind, if at all.
        bluntly: cancels with Temporal's own cancel instead of the command.
    """

    pace: float
    wrong: float
    signals: bool
    late: float
    tries: int
    cancels_after: float | None
    bluntly: bool


@dataclass(frozen=True)
class Planned:
    """One request: what is asked for and by whom."""

    reference: str
    profile: str
    phone_numbers: tuple[str, ...]
    starts_at: float
    papers: bool
    preflight: bool
    all_or_nothing: bool
    internal_transfer: bool
    never_ends: bool
    """Its order stops at some word for ever, unless somebody acts."""
    by_hand: bool
    """Whether Telnyx acts then, or the person cancels."""
    temper: Temper


@dataclass(frozen=True)
class Plan:
    """A whole run."""

    seed: int
    storm_seconds: float
    requests: tuple[Planned, ...]
    strikes: tuple[Strike, ...]

    @property
    def refusing_numbers(self) -> list[str]:
        """Test numbers for whose sake Telnyx refuses the account, until its owner has paid."""
        rows = {row.phone_number for row in test_numbers.ROWS if _kind(row) in _REFUSES_ACCOUNT}
        return [number for planned in self.requests for number in planned.phone_numbers if number in rows]


def drawn(requests: int, seed: int) -> Plan:
    """The plan of a seed: the same figures always give the same plan."""
    dice = random.Random(f"chaos:{seed}:{requests}")  # noqa: S311 - repeatable on purpose, guards nothing
    storm = max(_SHORTEST, requests * _SECONDS_PER_REQUEST)
    numbers = _numbers(dice, requests, storm)
    planned = tuple(_planned(dice, place, some, storm) for place, some in enumerate(numbers, start=1))
    return Plan(seed, storm, planned, tuple(sorted(_strikes(dice, requests, storm), key=lambda strike: strike.at)))


def kind_of(phone_number: str) -> EligibilityKind | None:
    """What the eligibility check says of a number, in our own classes; None for a word that no table has."""
    word = test_numbers.behavior_of(phone_number).eligible_status
    row = ELIGIBILITY.get(word.lower())
    return None if row is None else row.kind


def _kind(row: Row) -> EligibilityKind | None:
    return kind_of(row.phone_number)


def _numbers(dice: random.Random, requests: int, storm: float) -> list[list[str]]:
    """The numbers of each request: one to five, a test number among them in up to half, a rival's in a few."""
    rows = [row.phone_number for row in test_numbers.ROWS if storm >= _LONG_ENOUGH or _kind(row) not in SLOW_CHECKS]
    dice.shuffle(rows)
    special = rows[: requests // 2]
    # The last four digits tell the numbers of an order apart in Telnyx's history, so no two plain ones share them.
    plain = iter([f"+1312555{last}" for last in range(4000, 10000)])
    found = []
    for place in range(requests):
        count = dice.randint(1, 5)
        tricky = special[place : place + 1]
        found.append(tricky + [next(plain) for _ in range(count - len(tricky))])
    without_special = found[len(special) :]
    for _ in range(max(1, requests // 40) if len(without_special) > 1 else 0):
        first, second = dice.sample(without_special, 2)
        second[0] = first[0]
    dice.shuffle(found)
    return found


def _planned(dice: random.Random, place: int, numbers: Sequence[str], storm: float) -> Planned:
    behaviours = [test_numbers.behavior_of(number) for number in numbers]
    slow = any(kind_of(number) in SLOW_CHECKS for number in numbers)
    starts_at = dice.uniform(0, storm * _STARTS_UNTIL)
    stops = {*FOR_EVER, test_numbers.UNKNOWN_STATUS}
    return Planned(
        reference=f"chaos-{place:04}",
        profile=dice.choice(PROFILES),
        phone_numbers=tuple(numbers),
        starts_at=0.0 if slow else starts_at,
        papers=_likely(dice, 0.6),
        preflight=_likely(dice, 0.1),
        all_or_nothing=_likely(dice, 0.03),
        internal_transfer=any(one.owner for one in behaviours) and _likely(dice, 0.8),
        never_ends=any(one.order_ends in stops or one.number_ends in stops for one in behaviours),
        by_hand=_likely(dice, 0.5),
        temper=_temper(dice, storm),
    )


def _likely(dice: random.Random, share: float) -> bool:
    return dice.random() < share


def _temper(dice: random.Random, storm: float) -> Temper:
    return Temper(
        pace=dice.uniform(1.0, 4.0),
        wrong=dice.choice([0.0, 0.0, 0.2, 0.5]),
        signals=_likely(dice, 0.25),
        late=dice.choice([0.0, 0.0, 0.3, 0.6]),
        tries=dice.randint(0, 3),
        cancels_after=dice.uniform(2, storm / 2) if _likely(dice, 0.07) else None,
        bluntly=_likely(dice, 0.4),
    )


def _strikes(dice: random.Random, requests: int, storm: float) -> Iterator[Strike]:
    at = dice.uniform(4, 7)
    while at < storm:
        yield Strike(at, Blow.WORKER, lasts=dice.uniform(0.1, 1.5), figure=dice.randrange(2))
        at += dice.uniform(3, 8)
    for at in _spread(dice, max(2, int(storm / 35)), storm):
        yield Strike(at, Blow.SERVER, lasts=dice.uniform(0.2, 2.5))
    for at in _spread(dice, max(1, int(storm / 60)), storm * _STARTS_UNTIL):
        yield Strike(at, Blow.STORE, lasts=dice.uniform(3, 6))
    for place, at in enumerate(_spread(dice, max(1, int(storm / 80)), storm)):
        yield Strike(at, Blow.ACCOUNT, lasts=1.0, figure=(401, 403)[place % 2])
    for at in _spread(dice, max(2, int(storm / 40)), storm * _STARTS_UNTIL):
        yield Strike(at, Blow.LATE_ORDER, lasts=dice.uniform(3, 5))
    for at in _spread(dice, max(1, int(storm / 60)), storm):
        yield Strike(at, Blow.NOT_FOUND, lasts=dice.uniform(3, 5))
    for at in _spread(dice, max(3, requests // 12), storm):
        yield Strike(at, Blow.RESET, share=(dice.random(), dice.random()))


def _spread(dice: random.Random, count: int, storm: float) -> list[float]:
    """Moments all over the storm, one in each of so many parts of it."""
    part = storm * 0.9 / count
    return [storm * 0.08 + part * (place + dice.random() * 0.9) for place in range(count)]
