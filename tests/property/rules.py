"""What must hold in every story. The rules are explained in docs/testing.md."""

from enum import StrEnum, auto
from typing import NamedTuple


class Rule(StrEnum):
    """Each rule, with the module that checks it. `NO_END` is none: the story could not be run to its end."""

    # monitor.py
    ONE_LIVE_ORDER = auto()
    NO_ORDER_FOR_ACTIVE = auto()
    ACTIVE_IS_UNTOUCHED = auto()
    # outcomes.py
    OUTCOME_FITS = auto()
    NO_OPEN_ASK = auto()
    ONE_FINAL_STATE = auto()
    ACTIVE_IS_TRUE = auto()
    FAILED_IS_TRUE = auto()
    ACTIVE_IS_REPORTED = auto()
    ORDERS_ARE_NAMED = auto()
    ORDERS_ARE_KNOWN = auto()
    UNHINDERED_IS_ACTIVE = auto()
    # invariants.py, requests.py and growth.py
    WAITS_FOR_SOMETHING = auto()
    ENDS = auto()
    NOT_ASKED_AGAIN = auto()
    NOT_ASKED_TWICE = auto()
    SHORT_HISTORY = auto()
    NO_FAILED_TASK = auto()
    ANSWERED_OR_REFUSED = auto()
    NO_END = auto()


class Violation(NamedTuple):
    """One place in which a rule did not hold."""

    rule: Rule
    details: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.details}"
