"""Internal transfers: a number that another Telnyx account hosts moves to the account that ordered it.

The account that hosts the number is asked and has 72 hours. If it says nothing, the transfer is approved
(docs/telnyx.md §6). So there are two sides: the account that ordered the number waits, and the account that loses it
must be notified in time to object.
"""

import shlex
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from pydantic import Field

from domain.free_text import Name, Sentences
from domain.messages import Choice, Message
from domain.notification import Notification, NumberNotice
from domain.phone_numbers import mask
from domain.text import clause, format_utc, join_some
from domain.verdicts import Need
from domain.vocabulary import AskKind, ChoiceKind

WINDOW = timedelta(hours=72)
"""How long the account that hosts a number may object (docs/telnyx.md §6)."""

PENDING, APPROVED, REJECTED = "pending", "approved", "rejected"
"""What Telnyx reports of that account's decision."""

Decision = Literal["approve", "reject"]
"""What the account that hosts the numbers may answer."""

ALERT_WORKFLOW = "AlertOfTransfer"
"""Workflow type that finds the requests that may lose numbers and notifies their people."""
ANSWER_WORKFLOW = "AnswerTransfer"
"""Workflow type that gives Telnyx the answer of the account that loses numbers."""

_REGISTRATIONS = "the numbers lose their 10DLC registrations, which must be redone afterwards"

REFUSED = "The Telnyx account that hosts the number refused the transfer."
ENDED_MEANWHILE = "The number's order ended while the Telnyx account that hosts it could still object to the transfer."
NOT_WANTED = (
    "Telnyx reports that another Telnyx account hosts numbers of this order. To take them over, that account must"
    f" consent, and {_REGISTRATIONS}. Start a new request with `--internal-transfer` if you want that."
)
LEFT_OUT = "A webhook reported that another Telnyx account hosts numbers of this order. It was left out."
"""What is said of a webhook that the order itself contradicts."""


def alert_workflow_id(account: str, event_id: str) -> str:
    """The workflow id that makes one event of one account alert only once. The name of an account has no colon."""
    return f"transfer-alert-{account}:{event_id}"


# The side that ordered the numbers


def need_of_transfer(numbers: Sequence[str], until: datetime) -> Need:
    """Show the wait for the account that hosts the numbers. It ends by itself."""
    guidance = (
        f"Another Telnyx account hosts these numbers and may object until {format_utc(until)}. Its silence is approval."
        f" After that, this request asks for codes and documents as usual, and {_REGISTRATIONS}. You need to do"
        " nothing but wait."
    )
    choices = [
        Choice(choice=ChoiceKind.GO_ON, sentence="That account has already approved. Go on at once."),
        Choice(choice=ChoiceKind.GIVE_UP, sentence="Give these numbers up."),
    ]
    return Need(kind=AskKind.TRANSFER, numbers=list(numbers), guidance=guidance, choices=choices, deadline=until)


# The side that may lose them


class ApprovalRequest(Message):
    """A webhook's message: Telnyx asks whether numbers may move to another account."""

    event_id: str
    account: str
    """The account whose webhook it was."""
    order_id: str
    phone_numbers: list[str]
    deadline: datetime


class LosingRequest(Message):
    """One of our requests, with those of its active numbers that another account wants."""

    reference: str
    account: str
    customer: Name = ""
    phone_numbers: list[str]
    per_number: tuple[NumberNotice, ...] = ()
    """Where each of them stands."""


class TransferAlertResult(Message):
    """How many requests may lose numbers."""

    requests: int
    untold: list[Notification] = Field(default_factory=list)
    """The alerts whose delivery could not be started."""
    alerts: list[Notification] = Field(default_factory=list)
    """All alerts, whether or not anyone wanted them."""


def alert_text(asked: ApprovalRequest, losing: LosingRequest) -> str:
    """Write the alert to the account that may lose numbers. The token is only in Telnyx's own notification."""
    ends = join_some(mask(number) for number in losing.phone_numbers)
    return (
        f"Another Telnyx account wants to host {ends} of the request {losing.reference} (order {asked.order_id})."
        f" Unless your account objects before {format_utc(asked.deadline)}, the numbers move to that account and lose"
        " their 10DLC registrations."
        f"\nTo keep them: {answer_command('reject', asked, losing)}"
        f"\nTo let them go: {answer_command('approve', asked, losing)}"
        "\nTOKEN is in Telnyx's own notification to your account, and nowhere else. It works once."
    )


def answer_command(decision: Decision, asked: ApprovalRequest, losing: LosingRequest) -> str:
    """The command with which the account that may lose numbers answers."""
    order_id, account = shlex.quote(asked.order_id), shlex.quote(losing.account)
    return f"hosted-sms transfer {decision} {order_id} --token TOKEN --account {account}"


class AnswerTransferRequest(Message):
    """The answer of the account that may lose numbers."""

    account: str = "default"
    order_id: str
    decision: Decision
    token: str = Field(repr=False)
    """From Telnyx's notification. It works once (docs/telnyx.md §1)."""


class TransferOutcome(StrEnum):
    """What became of the answer."""

    DONE = "done"
    REFUSED = "refused"
    NOT_NOW = "not_now"
    """Telnyx did not take it now, and may take it later."""
    UNKNOWN = "unknown"
    """Telnyx may have the answer, or not."""


class TransferResult(Message):
    """What became of the answer, with a sentence for the person who gave it."""

    outcome: TransferOutcome
    sentence: Sentences


def unknown_result(order_id: str, why: str) -> TransferResult:
    """Report that Telnyx may have the answer or not. It is not sent again, because the token works once."""
    sentence = (
        f"{clause(why)}. Telnyx may or may not have the answer. Look at the order {order_id} in the Telnyx portal,"
        " or wait until Telnyx reports the decision, before you send the answer again. The token works only once."
    )
    return TransferResult(outcome=TransferOutcome.UNKNOWN, sentence=sentence)
