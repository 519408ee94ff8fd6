"""One table with everything about each kind of ask.

An ask is one thing that a request awaits from a person. Two rules hold. Every kind has a row, and every column of a
row must be given: a missing one is an error when this module is imported, never inside a workflow task. And no other
module lists kinds: code that needs to know something new about a kind adds a column.

The labels in the Temporal UI, the command and the notifications come from here, and so does what a deadline does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.vocabulary import AskKind


class AtDeadline(StrEnum):
    """What happens at the deadline if the ask is still open."""

    EXPIRE_REQUEST = "expires the request"
    GIVE_NUMBERS_UP = "gives those numbers up"
    GO_ON = "is the approval that was awaited: the request goes on"
    NEVER = "there is none: people are reminded until someone answers"


@dataclass(frozen=True, kw_only=True)
class AskRule:
    """One kind of ask. No column has a default, so that none can be forgotten."""

    label: str
    """What is awaited for one number, as in "acme-1 needs …"."""
    plural: str
    """The same for several numbers."""
    who: str
    """Who can give it."""
    days: int | None
    """Calendar days until the deadline; None if the kind has no planned deadline."""
    at_deadline: AtDeadline
    one_at_a_time: bool
    """True when all open asks of the kind are one task, whose numbers come and go."""
    needs_person: bool
    """False when it ends by itself; then no one is reminded of it."""
    holds_numbers: bool
    """True when numbers whose order is over wait for it. More of them may join the ask later."""
    per_account: bool
    """True when the account's workflow asks, once for all requests of the account, and this request only shows it."""
    commands: tuple[str, ...]
    """The commands that answer it, the usual one first; used when the ask offers no choices, or is per account."""


ANSWER = "hosted-sms answer {reference} {ask} CHOICE"
"""Answers every ask that offers choices."""

RULES: dict[AskKind, AskRule] = {
    AskKind.CODES: AskRule(
        label="an ownership code",
        plural="ownership codes",
        who="the people who answer these phones",
        days=30,
        at_deadline=AtDeadline.EXPIRE_REQUEST,
        one_at_a_time=True,
        needs_person=True,
        holds_numbers=False,
        per_account=False,
        commands=("hosted-sms codes {reference} {codes}",),
    ),
    AskKind.DOCUMENTS: AskRule(
        label="the documents",
        plural="the documents",
        who="the customer",
        days=30,
        at_deadline=AtDeadline.EXPIRE_REQUEST,
        one_at_a_time=True,
        needs_person=True,
        holds_numbers=False,
        per_account=False,
        commands=("hosted-sms documents {reference} --loa LOA.pdf --bill BILL.pdf",),
    ),
    AskKind.CARRIER: AskRule(
        label="the losing carrier's consent",
        plural="the losing carrier's consent",
        who="the customer, who talks to the carrier",
        days=60,
        at_deadline=AtDeadline.GIVE_NUMBERS_UP,
        one_at_a_time=True,
        needs_person=True,
        holds_numbers=True,
        per_account=False,
        commands=("hosted-sms retry {reference} {numbers}", "hosted-sms give-up {reference} {numbers}"),
    ),
    AskKind.CHOICE: AskRule(
        label="a decision",
        plural="a decision",
        who="support",
        days=None,
        at_deadline=AtDeadline.NEVER,
        one_at_a_time=False,
        needs_person=True,
        holds_numbers=False,
        per_account=False,
        commands=(ANSWER,),
    ),
    AskKind.TRANSFER: AskRule(
        label="time for a transfer",
        plural="time for a transfer",
        who="the Telnyx account that hosts the numbers now; you need to do nothing",
        days=None,
        at_deadline=AtDeadline.GO_ON,
        one_at_a_time=True,
        needs_person=False,
        holds_numbers=False,
        per_account=False,
        commands=(ANSWER,),
    ),
    AskKind.ACCOUNT: AskRule(
        label="a working Telnyx account",
        plural="a working Telnyx account",
        who="the owner of the account",
        days=None,
        at_deadline=AtDeadline.NEVER,
        one_at_a_time=True,
        needs_person=True,
        holds_numbers=False,
        per_account=True,
        commands=("hosted-sms account resume {account}",),
    ),
    AskKind.SUPPORT: AskRule(
        label="help from Telnyx support",
        plural="help from Telnyx support",
        who="support, who talks to Telnyx",
        days=60,
        at_deadline=AtDeadline.GIVE_NUMBERS_UP,
        one_at_a_time=True,
        needs_person=True,
        holds_numbers=True,
        per_account=False,
        commands=("hosted-sms retry {reference} {numbers}", "hosted-sms give-up {reference} {numbers}"),
    ),
}


def refuse_gaps(rules: Mapping[AskKind, AskRule], kinds: Iterable[AskKind]) -> None:
    """Refuse a table that does not fit the kinds.

    Raises:
        ValueError: a kind has no row, or a row has no kind; the text names it.
    """
    if wrong := sorted(set(kinds) ^ set(rules)):
        raise ValueError(f"domain/asks.py and AskKind differ in {', '.join(wrong)}: give each kind one row.")


refuse_gaps(RULES, AskKind)

HOLDS = tuple(kind for kind, rule in RULES.items() if rule.holds_numbers)
"""The kinds for which numbers are on hold."""


def rule_of(kind: str) -> AskRule | None:
    """Find the row of a kind; None for a kind of a later version."""
    return next((rule for known, rule in RULES.items() if known == kind), None)


def awaited(kind: str, count: int) -> str:
    """Say what is awaited, as in "acme-1 needs …"; a kind of a later version is shown by its name."""
    rule = rule_of(kind)
    if rule is None:
        return f"an answer to “{kind}”" if kind else "an answer"
    return rule.label if count == 1 else rule.plural
