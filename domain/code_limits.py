"""Which numbers are sent a code now: not at night, not twice in a minute, and not for ever (Telnyx facts §10)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.activity_io import CodeHistory, RequestCodes
from domain.contact_hours import ContactHours
from domain.messages import Choice, Need
from domain.text import join_some
from domain.vocabulary import AskKind, ChoiceKind

CODES_LOST = "codes_lost"
"""The topic of the question to support about numbers that no code reaches."""


@dataclass(frozen=True)
class CodeLimits:
    """How often codes are sent; Telnyx publishes no limits of its own (Telnyx facts §11)."""

    spacing: timedelta
    at_most: int


@dataclass(frozen=True)
class CodePlan:
    """What is to be done about codes that are wanted."""

    now: list[str]
    """Numbers to be sent a code now."""
    too_soon: dict[str, datetime]
    """Numbers that were sent one a moment ago, and from when on another may be sent."""
    exhausted: list[str]
    """Numbers that no code seems to reach."""
    not_before: datetime | None = None
    """The next contact hours, when they are closed now."""


def plan_codes(
    wanted: Sequence[str],
    earlier: Mapping[str, CodeHistory],
    at: datetime,
    limits: CodeLimits,
    hours: ContactHours | None,
) -> CodePlan:
    """Sort the numbers that want a code by what may be done about each.

    Args:
        wanted: the numbers.
        earlier: what was sent before in this order.
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
    """The work once Telnyx was asked to send these numbers a code, and as long as its answer is not there."""
    times = {number: work.earlier[number].times if number in work.earlier else 0 for number in numbers}
    counted = {number: CodeHistory(times=before + 1, last=at) for number, before in times.items()}
    unanswered = list(dict.fromkeys([*work.unanswered, *numbers]))
    return work.model_copy(update={"earlier": work.earlier | counted, "unanswered": unanswered})


def need_of_lost_codes(numbers: Sequence[str], unanswered: Sequence[str] = ()) -> Need:
    """The question to support about numbers that no code reaches, with the guide's advice (Telnyx facts §10).

    Args:
        numbers: the numbers.
        unanswered: those of them of which Telnyx never said whether a code was sent.
    """
    silence = f" Telnyx did not even answer whether a code went to {join_some(unanswered)}." if unanswered else ""
    guidance = (
        f"One code after the other was asked for, and none was accepted: {join_some(numbers)}.{silence} See that a"
        " number can be texted or called and that its provider blocks neither; then contact Telnyx support for another"
        " way to prove ownership. Answer `again` to allow more codes, or give the numbers up; the others go on."
    )
    choices = [
        Choice(choice=ChoiceKind.AGAIN, sentence="More codes may be sent to these numbers: resend them."),
        Choice(choice=ChoiceKind.GIVE_UP, sentence="Give these numbers up."),
    ]
    return Need(kind=AskKind.SUPPORT, numbers=list(numbers), guidance=guidance, choices=choices, topic=CODES_LOST)
