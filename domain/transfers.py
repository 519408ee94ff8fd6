"""Internal transfers: a number that another Telnyx account hosts moves to the account that ordered it.

The account that hosts it is asked and has 72 hours; its silence is approval (Telnyx facts §6). So there are two sides:
the one that ordered waits, the one that loses the number must hear of it in time to object.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from pydantic import Field

from domain.messages import Choice, Message, Need
from domain.notification import Notification
from domain.text import format_utc, join_some
from domain.vocabulary import AskKind, ChoiceKind

WINDOW = timedelta(hours=72)
"""How long the account that hosts a number may object (Telnyx facts §6)."""

PENDING, APPROVED, REJECTED = "pending", "approved", "rejected"
"""What Telnyx tells of that account's decision."""

Decision = Literal["approve", "reject"]
"""What the account that hosts the numbers may answer."""

_REMOVES = "the transfer removes the numbers' 10DLC registrations, which must be redone afterwards"

REFUSED = "The Telnyx account that hosts it refused the transfer."
ENDED_MEANWHILE = "Its order ended while the Telnyx account that hosts it could still object to the transfer."
NOT_WANTED = (
    "Telnyx announced that another Telnyx account hosts numbers of this order. Going on needs that account's consent,"
    f" and {_REMOVES}: start a new request with `--internal-transfer` if that is wanted."
)


def need_of_transfer(numbers: Sequence[str], until: datetime) -> Need:
    """The wait for the account that hosts the numbers; nobody has to do anything about it."""
    guidance = (
        f"Another Telnyx account hosts these numbers and may object until {format_utc(until)}; its silence is approval."
        f" Codes and papers follow afterwards, and {_REMOVES}. There is nothing to do but wait."
    )
    choices = [
        Choice(choice=ChoiceKind.GO_ON, sentence="That account has approved already: go on at once."),
        Choice(choice=ChoiceKind.GIVE_UP, sentence="Give these numbers up."),
    ]
    return Need(kind=AskKind.TRANSFER, numbers=list(numbers), guidance=guidance, choices=choices, deadline=until)


class ApprovalRequest(Message):
    """Telnyx asks whether numbers may go to another account, as a webhook told it."""

    event_id: str
    account: str
    """Whose webhook told it."""
    order_id: str
    phone_numbers: list[str]
    deadline: datetime


ALERT_WORKFLOW = "AlertOfTransfer"
"""Workflow type that finds out whose numbers these are, and tells them."""
ANSWER_WORKFLOW = "AnswerTransfer"
"""Workflow type that gives Telnyx the losing account's answer."""


def alert_workflow_id(event_id: str) -> str:
    """The workflow id by which one event alerts once."""
    return f"transfer-alert-{event_id}"


class LosingRequest(Message):
    """Numbers of one of our requests that another account wants, and where they are active."""

    reference: str
    account: str
    customer: str = ""
    phone_numbers: list[str]


def alert_text(asked: ApprovalRequest, losing: LosingRequest) -> str:
    """What people of the losing account are told; the token is nowhere but in Telnyx's own notification."""
    ends = join_some(f"…{number[-4:]}" for number in losing.phone_numbers)
    return (
        f"Another Telnyx account wants to host {ends} of the request {losing.reference} (order {asked.order_id})."
        f" Without an objection until {format_utc(asked.deadline)} they go there, and lose their 10DLC registrations."
        f"\nTo keep them: {answer_command('reject', asked, losing)}"
        f"\nTo let them go: {answer_command('approve', asked, losing)}"
        "\nTOKEN stands in Telnyx's own notification to the account, and nowhere else; it works once."
    )


def answer_command(decision: Decision, asked: ApprovalRequest, losing: LosingRequest) -> str:
    """The command by which the losing account answers."""
    return f"hosted-sms transfer {decision} {asked.order_id} --token TOKEN --account {losing.account}"


class AnswerTransferRequest(Message):
    """The answer of the account that loses numbers."""

    account: str = "default"
    order_id: str
    decision: Decision
    token: str = Field(repr=False)
    """From Telnyx's notification; it works once (Telnyx facts §1)."""


class TransferOutcome(StrEnum):
    """What became of the answer."""

    DONE = "done"
    REFUSED = "refused"
    NOT_NOW = "not_now"
    """Telnyx did not take it, and may take the same later."""
    UNKNOWN = "unknown"
    """Whether Telnyx has the answer cannot be told."""


class TransferResult(Message):
    """How answering went."""

    outcome: TransferOutcome
    sentence: str


class TransferAlertResult(Message):
    """How many requests were found that may lose numbers."""

    requests: int
    untold: list[Notification] = Field(default_factory=list)
    """The alerts whose delivery could not be begun."""


def unknown_result(order_id: str, why: str) -> TransferResult:
    """The answer may have reached Telnyx or not: the token works once, so it is not sent again blindly."""
    sentence = (
        f"{why.rstrip('.')}. So nobody knows whether Telnyx has the answer: look at the order {order_id} in the Telnyx"
        " portal, or wait for Telnyx's word, before you send it again; the token works once."
    )
    return TransferResult(outcome=TransferOutcome.UNKNOWN, sentence=sentence)
