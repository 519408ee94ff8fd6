"""What a random story is made of: one or two requests, and what people, reviewers, portals and faults do to them.

A story is plain data. So hypothesis can make it, and a person can run it again from its text.
"""

from enum import StrEnum, auto

from pydantic import BaseModel, ConfigDict

HOUR, DAY = 3600, 86400
TAKEN_OUT = "taken out"
"""The status of a number that is not in its order any more."""


class Do(StrEnum):
    """Everything that can happen in a story."""

    HURRY = auto()
    """The next action happens before the requests have time to do anything."""
    START = auto()
    WAIT = auto()
    LOOK = auto()
    HELP = auto()
    """A person does what the open asks want."""
    CODES = auto()
    SIGNAL_CODES = auto()
    RESEND = auto()
    DOCUMENTS = auto()
    GIVE_UP = auto()
    RETRY = auto()
    CANCEL = auto()
    ANSWER = auto()
    ORDER_STATUS = auto()
    NUMBER_STATUS = auto()
    PORTAL_CODE = auto()
    PORTAL_DOCUMENTS = auto()
    PORTAL_ORDER = auto()
    """A person orders the same numbers in the portal."""
    ELIGIBILITY = auto()
    CODE_ERROR = auto()
    INVENTORY = auto()
    WEBHOOK = auto()
    FAULTS = auto()
    CALM = auto()
    RIVAL = auto()
    """Another program orders the same numbers without looking, which breaks a rule on purpose. Never random."""


class Action(BaseModel):
    """One thing that happens. Figures are read modulo what there is to choose from, so that any action fits.

    Attributes:
        who: which request.
        numbers: which of its numbers, as bits. 0 means all.
        how: a status, a kind of fault, or another variant of the action.
    """

    model_config = ConfigDict(frozen=True)

    do: Do
    who: int = 0
    numbers: int = 0
    how: str = ""
    figure: int = 0

    def __str__(self) -> str:
        given = self.model_dump(exclude={"do"}, exclude_defaults=True)
        return f"{self.do} {' '.join(f'{name}={value}' for name, value in given.items())}".strip()


class RequestPlan(BaseModel):
    """One request of a story."""

    model_config = ConfigDict(frozen=True)

    phone_numbers: tuple[str, ...]
    documents: bool = True
    all_or_nothing: bool = False
    internal_transfer: bool = False


class Story(BaseModel):
    """A whole story. Its first request starts at once, and a second one when an action says so."""

    model_config = ConfigDict(frozen=True)

    requests: tuple[RequestPlan, ...]
    actions: tuple[Action, ...]
    before: Action | None = None
    """What fails from the very beginning, when the first order is placed."""
    helpful: bool = True
    """Whether people help in the end, or let the deadlines pass."""

    def __str__(self) -> str:
        before = [f"before all: {self.before}"] if self.before else []
        lines = [*map(repr, self.requests), *before, *map(str, self.actions), f"in the end people help: {self.helpful}"]
        return "\n".join(f"  {line}" for line in lines)


ORDINARY = tuple(f"+1312555010{last}" for last in range(6))
"""Numbers without special behavior."""
