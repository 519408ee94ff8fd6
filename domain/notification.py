"""Notifications to people and programs: one message for every ask, reminder, outcome and alert.

A notification leaves the installation, through channels and outbound webhooks. So it never holds a whole phone number
or a code: its fields mask what is put in, and no later step has to remember that.
"""

import re
from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum

from pydantic import Field, ValidationInfo, field_validator

from domain.free_text import Name
from domain.messages import Message, NumberProgress
from domain.phone_numbers import mask, mask_all
from domain.printable import line, printable_lines

MOST_ENDS = 10
"""Numbers that a notification names by their last digits; `numbers` says how many there are."""
MOST_TEXT = 1200
"""Characters of a text. The request itself shows everything."""
MOST_BECAUSE = 300
"""Characters of the reason of one number."""

_CODE = re.compile(r"(?<!error )(\bcodes?\b[^0-9\n]{0,12}?)\b[0-9]{4,10}\b", re.IGNORECASE)
_GIVEN_CODE = re.compile(r"=[0-9]{4,10}\b")


class NotificationEvent(StrEnum):
    """What happened, in words that never change: programs branch on them, and channels are chosen by them."""

    ASK_OPENED = "ask_opened"
    ASK_REMINDER = "ask_reminder"
    ASK_ESCALATED = "ask_escalated"
    """An ask stayed open for so long that a second recipient is notified, once."""
    REQUEST_ENDED = "request_ended"
    NUMBERS_ACTIVE = "numbers_active"
    """Some numbers became active while others go on."""
    REVIEW_LATE = "review_late"
    ACCOUNT_STOPPED = "account_stopped"
    ACCOUNT_RESUMED = "account_resumed"
    TELNYX_SILENT = "telnyx_silent"
    TRANSFER_APPROVAL_REQUESTED = "transfer_approval_requested"
    """Another Telnyx account wants to take over one of our numbers."""


class NumberNotice(Message):
    """Where one number of a request stands, as data for programs."""

    position: int
    """Its place among `phone_numbers` of the request, from 1 on: last digits alone may fit two numbers."""
    end: str
    """Its last four digits, such as `…0100`."""
    state: str
    status: Name = ""
    """The status that Telnyx gave it last, as Telnyx writes it."""
    because: str = ""
    """Why it is in this state."""

    @field_validator("end")
    @classmethod
    def _only_the_end(cls, end: str) -> str:
        return mask(end.removeprefix("…"))

    @field_validator("because")
    @classmethod
    def _without_numbers(cls, because: str) -> str:
        return _shortened(_masked(line(because)), MOST_BECAUSE)


def notices(numbers: Iterable[NumberProgress], about: Collection[str]) -> tuple[NumberNotice, ...]:
    """The notices of some numbers of a request, in the request's order.

    Args:
        numbers: all numbers of the request.
        about: those that the notification is about.
    """
    return tuple(
        NumberNotice(position=place, end=row.phone_number, state=row.state, status=row.status, because=row.because)
        for place, row in enumerate(numbers, 1)
        if row.phone_number in about
    )


class Notification(Message):
    """Something that people and programs must know now."""

    event: str
    """A value of `NotificationEvent`; plain text, because a later version may have more of them."""
    event_id: str = ""
    """The same for every delivery and every repeat of this notification; the publisher sets it."""
    reference: str = ""
    """The request that it is about; empty when it is about an account."""
    account: str = "default"
    customer: Name = ""
    at: datetime | None = None
    ask: str = ""
    """Id of the ask that it is about, if any."""
    kind: str = ""
    """Kind of that ask, such as `codes`."""
    numbers: int = 0
    """How many numbers it is about."""
    ends: tuple[str, ...] = ()
    """The last four digits of the first of them, such as `…0100`."""
    per_number: tuple[NumberNotice, ...] = ()
    """State, status and reason of each of them."""
    outcome: str = ""
    step: str = ""
    deadline: datetime | None = None
    text: str = ""
    """What to do and why, in plain words."""
    command: str = ""
    """The command that answers it; `NUMBER` and `CODE` stand for what only a person knows."""
    programs_only: bool = Field(default=False, repr=False)
    """True for a repeat that goes only to the outbound webhooks."""

    @field_validator("ends")
    @classmethod
    def _only_ends(cls, ends: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(mask(end.removeprefix("…")) for end in ends[:MOST_ENDS])

    @field_validator("text")
    @classmethod
    def _without_numbers(cls, text: str) -> str:
        plain = printable_lines(text[: 4 * MOST_TEXT]).replace("`", "")  # a chat shows it as it is
        return _shortened(_masked(plain), MOST_TEXT)

    def without_numbers(self) -> "Notification":
        """Itself without what is said of each number. Memos hold this one, since a list reads a thousand of them."""
        return self.model_copy(update={"per_number": ()})

    @field_validator("command")
    @classmethod
    def _without_numbers_but_for_the_reference(cls, command: str, info: ValidationInfo) -> str:
        """A reference may look like a number; masked, the command would not work."""
        command, reference = line(command), str(info.data.get("reference", ""))
        if mask_all(reference) == reference:
            return _without_values(command)
        return reference.join(_without_values(part) for part in command.split(reference))


class NotificationList(Message):
    """The newest notifications of a request or an account, oldest first, whether or not anyone wanted them."""

    notifications: list[Notification] = Field(default_factory=list)


def _without_values(command: str) -> str:
    return _GIVEN_CODE.sub("=CODE", mask_all(command))


def _masked(text: str) -> str:
    return _CODE.sub(r"\1***", mask_all(text))


def _shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
