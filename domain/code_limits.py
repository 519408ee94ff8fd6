"""Which numbers are sent an ownership code now: not at night, not twice in a short time, and not without end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.activity_io import CodeHistory, RequestCodes
from domain.contact_hours import ContactHours
from domain.messages import Choice
from domain.text import join_some
from domain.verdicts import Need
from domain.vocabulary import AskKind, ChoiceKind

CODES_LOST = "codes_lost"
"""The topic of the question to support about numbers that no code reaches."""


@dataclass(frozen=True)
class CodeLimits:
    """How often codes are sent. The limits are ours; Telnyx publishes none (docs/telnyx.md §11)."""

    spacing: timedelta
    """Between two codes to one number."""
    at_most: int
    """Codes to one number in one order."""


@dataclass(frozen=True)
class CodePlan:
    """What to do about numbers that want a code."""

    now: list[str]
    """Numbers to send a code to now."""
    too_soon: dict[str, datetime]
    """Numbers that were sent a code recently, with the instant from which another may be sent."""
    exhausted: list[str]
    """Numbers that were sent so many codes that more seem useless."""
    not_before: datetime | None = None
    """When the contact hours begin, if they are closed now."""


def plan_codes(
    wanted: Sequence[str],
    earlier: Mapping[str, CodeHistory],
    at: datetime,
    limits: CodeLimits,
    hours: ContactHours | None,
) -> CodePlan:
    """Sort the numbers that want a code by what can be done about each.

    Args:
        wanted: the numbers.
        earlier: what was sent before in this order, by number.
        at: now.
        limits: how often codes are sent.
        hours: the request's contact hours, if it has any.
    """
    exhausted = [number for number in wanted if number in earlier and earlier[number].times >= limits.at_most]
    free = {number: earlier[number].last + limits.spacing for number in wanted if number in earlier}
    too_soon = {number: when for number, when in free.items() if when > at and number not in exhausted}
    now = [number for number in wanted if number not in too_soon and number not in exhausted]
    opening = hours.next_open(at) if hours else at
    if now and opening > at:
        return CodePlan([], too_soon, exhausted, opening)
    return CodePlan(now, too_soon, exhausted)


def count_attempt(work: RequestCodes, numbers: Sequence[str], at: datetime) -> RequestCodes:
    """Count an attempt to send codes that has no answer yet: the codes may have been sent."""
    times = {number: work.earlier[number].times if number in work.earlier else 0 for number in numbers}
    counted = {number: CodeHistory(times=before + 1, last=at) for number, before in times.items()}
    unanswered = list(dict.fromkeys([*work.unanswered, *numbers]))
    return work.model_copy(update={"earlier": work.earlier | counted, "unanswered": unanswered})


def need_of_lost_codes(numbers: Sequence[str], unanswered: Sequence[str] = ()) -> Need:
    """Ask support about numbers that no code reaches, with the guide's advice (docs/telnyx.md §10).

    Args:
        numbers: the numbers.
        unanswered: those of them for which Telnyx never said whether it sent a code.
    """
    silence = f" Telnyx did not say whether it sent a code to {join_some(unanswered)}." if unanswered else ""
    guidance = (
        f"Several codes were requested, but none was accepted for {join_some(numbers)}.{silence} Check that the number"
        " can receive texts or calls, and that its provider blocks neither. Then ask Telnyx support for another way to"
        " prove ownership. Answer `again` to allow more codes, or give these numbers up; the other numbers go on."
    )
    choices = [
        Choice(choice=ChoiceKind.AGAIN, sentence="Allow more codes for these numbers. Then resend them."),
        Choice(choice=ChoiceKind.GIVE_UP, sentence="Give these numbers up."),
    ]
    return Need(kind=AskKind.SUPPORT, numbers=list(numbers), guidance=guidance, choices=choices, topic=CODES_LOST)
