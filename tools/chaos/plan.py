"""The plan of a run: its requests, the people behind them and every fault, drawn from one seed."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.eligibility_statuses import ELIGIBILITY, EligibilityKind
from simulator import test_numbers
from simulator.test_numbers import Row

PROFILES = tuple(f"3f1b8c52-6a0e-4d8b-9c34-5b7a2f10cc{last:02}" for last in range(5))
"""Messaging profiles of the requests."""
NEVER_CHANGES = frozenset({"pending", "loa_file_successful", "provisioning", "ownership_successful"})
"""Statuses at which a review may stop forever, unless a person at Telnyx continues it."""

_SHORTEST, _SECONDS_PER_REQUEST = 45.0, 0.8
_STARTS_UNTIL = 0.6
"""The part of the faulty time in which requests start. In the rest all of them are under way."""
_LONG_ENOUGH = 150.0
"""Seconds of faults that a run with failed eligibility checks needs, because the program asks after 3.5 minutes."""
SLOW_CHECKS = frozenset({EligibilityKind.RETRY, EligibilityKind.BILLING})
"""Results of checks that Telnyx could not make. The program asks a person only after minutes."""
_REFUSES_ACCOUNT = {EligibilityKind.BILLING, EligibilityKind.ACCOUNT}


class FaultKind(StrEnum):
    """The kinds of faults."""

    WORKER = "worker killed"
    SERVER = "Temporal server killed"
    STORE = "document store away"
    RESET = "workflow reset"
    ACCOUNT = "account refused"
    LATE_ORDER = "orders arrive late"
    NOT_FOUND = "Telnyx finds nothing"


@dataclass(frozen=True)
class Fault:
    """One planned fault.

    Attributes:
        at: seconds after the start.
        kind: what fails.
        lasts: seconds until it is restored.
        number: which worker is killed, modulo how many there are, or which HTTP status refuses the account.
        share: for a reset, each from 0 to 1: which of the running requests, and which point of its history.
    """

    at: float
    kind: FaultKind
    lasts: float = 0.0
    number: int = 0
    share: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Behavior:
    """How the person behind a request behaves.

    Attributes:
        pace: seconds between two looks at the request.
        wrong: share of codes that are mistyped.
        signals: submits codes by a signal instead of the command.
        late: share of looks without an answer.
        tries: how often the person retries what was refused before giving up.
        cancels_after: seconds after the start at which the person cancels, if at all.
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
    """One request and the person behind it."""

    reference: str
    profile: str
    phone_numbers: tuple[str, ...]
    starts_at: float
    documents: bool
    preflight: bool
    all_or_nothing: bool
    internal_transfer: bool
    never_ends: bool
    """Its order stops at some status forever, unless someone acts."""
    by_hand: bool
    """Whether Telnyx acts then. Otherwise the person cancels."""
    behavior: Behavior


@dataclass(frozen=True)
class Plan:
    """The plan of one run."""

    seed: int
    fault_seconds: float
    requests: tuple[Planned, ...]
    faults: tuple[Fault, ...]

    @property
    def refusing_numbers(self) -> list[str]:
        """Test numbers for which Telnyx refuses the whole account until its owner has paid."""
        rows = {row.phone_number for row in test_numbers.ROWS if _kind(row) in _REFUSES_ACCOUNT}
        return [number for planned in self.requests for number in planned.phone_numbers if number in rows]


def draw(requests: int, seed: int) -> Plan:
    """Draw the plan of a seed. The same arguments always give the same plan."""
    dice = random.Random(f"chaos:{seed}:{requests}")  # noqa: S311 - repeatable on purpose, guards nothing
    fault_seconds = max(_SHORTEST, requests * _SECONDS_PER_REQUEST)
    numbers = _numbers(dice, requests, fault_seconds)
    planned = tuple(_planned(dice, place, some, fault_seconds) for place, some in enumerate(numbers, start=1))
    return Plan(
        seed, fault_seconds, planned, tuple(sorted(_faults(dice, requests, fault_seconds), key=lambda fault: fault.at))
    )


def kind_of(phone_number: str) -> EligibilityKind | None:
    """Our class of a number's eligibility status; None for a status that no table has."""
    status = test_numbers.behavior_of(phone_number).eligible_status
    row = ELIGIBILITY.get(status.lower())
    return None if row is None else row.kind


def _kind(row: Row) -> EligibilityKind | None:
    return kind_of(row.phone_number)


def _numbers(dice: random.Random, requests: int, fault_seconds: float) -> list[list[str]]:
    """The numbers of each request: one to five. Half have a test number, and a few share a number with a rival."""
    rows = [
        row.phone_number for row in test_numbers.ROWS if fault_seconds >= _LONG_ENOUGH or _kind(row) not in SLOW_CHECKS
    ]
    dice.shuffle(rows)
    special = rows[: requests // 2]
    # The last four digits tell the numbers of an order apart in Telnyx's history, so no two plain numbers share them.
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


def _planned(dice: random.Random, place: int, numbers: Sequence[str], fault_seconds: float) -> Planned:
    behaviours = [test_numbers.behavior_of(number) for number in numbers]
    slow = any(kind_of(number) in SLOW_CHECKS for number in numbers)
    starts_at = dice.uniform(0, fault_seconds * _STARTS_UNTIL)
    stops = {*NEVER_CHANGES, test_numbers.UNKNOWN_STATUS}
    return Planned(
        reference=f"chaos-{place:04}",
        profile=dice.choice(PROFILES),
        phone_numbers=tuple(numbers),
        starts_at=0.0 if slow else starts_at,
        documents=_chance(dice, 0.6),
        preflight=_chance(dice, 0.1),
        all_or_nothing=_chance(dice, 0.03),
        internal_transfer=any(one.owner for one in behaviours) and _chance(dice, 0.8),
        never_ends=any(one.order_ends in stops or one.number_ends in stops for one in behaviours),
        by_hand=_chance(dice, 0.5),
        behavior=_behavior(dice, fault_seconds),
    )


def _chance(dice: random.Random, share: float) -> bool:
    return dice.random() < share


def _behavior(dice: random.Random, fault_seconds: float) -> Behavior:
    return Behavior(
        pace=dice.uniform(1.0, 4.0),
        wrong=dice.choice([0.0, 0.0, 0.2, 0.5]),
        signals=_chance(dice, 0.25),
        late=dice.choice([0.0, 0.0, 0.3, 0.6]),
        tries=dice.randint(0, 3),
        cancels_after=dice.uniform(2, fault_seconds / 2) if _chance(dice, 0.07) else None,
        bluntly=_chance(dice, 0.4),
    )


def _faults(dice: random.Random, requests: int, fault_seconds: float) -> Iterator[Fault]:
    at = dice.uniform(4, 7)
    while at < fault_seconds:
        yield Fault(at, FaultKind.WORKER, lasts=dice.uniform(0.1, 1.5), number=dice.randrange(2))
        at += dice.uniform(3, 8)
    for at in _spread(dice, max(2, int(fault_seconds / 35)), fault_seconds):
        yield Fault(at, FaultKind.SERVER, lasts=dice.uniform(0.2, 2.5))
    for at in _spread(dice, max(1, int(fault_seconds / 60)), fault_seconds * _STARTS_UNTIL):
        yield Fault(at, FaultKind.STORE, lasts=dice.uniform(3, 6))
    for place, at in enumerate(_spread(dice, max(1, int(fault_seconds / 80)), fault_seconds)):
        yield Fault(at, FaultKind.ACCOUNT, lasts=1.0, number=(401, 403)[place % 2])
    for at in _spread(dice, max(2, int(fault_seconds / 40)), fault_seconds * _STARTS_UNTIL):
        yield Fault(at, FaultKind.LATE_ORDER, lasts=dice.uniform(3, 5))
    for at in _spread(dice, max(1, int(fault_seconds / 60)), fault_seconds):
        yield Fault(at, FaultKind.NOT_FOUND, lasts=dice.uniform(3, 5))
    for at in _spread(dice, max(3, requests // 12), fault_seconds):
        yield Fault(at, FaultKind.RESET, share=(dice.random(), dice.random()))


def _spread(dice: random.Random, count: int, fault_seconds: float) -> list[float]:
    """Random moments, one in each of `count` equal parts of the time."""
    part = fault_seconds * 0.9 / count
    return [fault_seconds * 0.08 + part * (place + dice.random() * 0.9) for place in range(count)]
