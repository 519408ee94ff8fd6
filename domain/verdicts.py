"""What an activity reports to a request's workflow: what to do next, what to ask a person, where each number stands.

The tables of Telnyx's statuses are read in activities only. A workflow knows verdicts and no statuses, so a new status
or a better sentence cannot change how a running workflow replays.
"""

from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field

from domain.free_text import Sentences
from domain.messages import Choice, Message
from domain.read_statuses import ungroup_statuses
from domain.vocabulary import AskKind, Next, NumberState

_ASK_KINDS, _NEXTS = frozenset(AskKind), frozenset(Next)


def _known_kind(kind: object) -> object:
    return kind if isinstance(kind, str) and kind in _ASK_KINDS else AskKind.SUPPORT


def _known_next(next_: object) -> object:
    return next_ if isinstance(next_, str) and next_ in _NEXTS else Next.ASK


class Need(Message):
    """What to ask of whom."""

    kind: Annotated[AskKind, BeforeValidator(_known_kind)] = AskKind.SUPPORT
    numbers: list[str] = Field(default_factory=list)
    guidance: Sentences = ""
    choices: list[Choice] = Field(default_factory=list)
    topic: str = ""
    """Distinguishes needs of one kind that may be open at the same time."""
    at: datetime | None = None
    """When Telnyx refused the call, if that matters."""
    deadline: datetime | None = None
    """When it ends by itself. None leaves that to its kind."""
    refused: str = ""
    """`loa` or `bill`, if Telnyx named the document at fault: that one must be replaced."""


class NumberVerdict(Message):
    """What Telnyx's status of one number means."""

    state: NumberState
    status: str = ""
    because: Sentences = ""
    next: Annotated[Next, BeforeValidator(_known_next)] = Next.WAIT
    """For a number that failed: `again` if a new order is the remedy, `ask` if it is after a person says so.
    Every other value leaves the number to the round."""


class Verdict(Message):
    """What a step found, and what the workflow does next. A workflow decides by nothing else.

    `next` is a closed set: a value that this version does not know decodes to `ask`, so that a person sees it.
    """

    next: Annotated[Next, BeforeValidator(_known_next)]
    because: Sentences = ""
    need: Need | None = None
    numbers: dict[str, NumberVerdict] = Field(default_factory=dict)
    statuses: dict[str, list[str]] = Field(default_factory=dict)
    """Telnyx's statuses as they were read, each with its numbers: those that `numbers` does not tell. The empty status
    has the numbers for which Telnyx showed none."""

    def by_status(self) -> dict[str, str]:
        """The status of each number in `statuses`."""
        return ungroup_statuses(self.statuses)
