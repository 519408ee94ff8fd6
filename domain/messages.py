"""The messages between people, programs and a hosting request. Their shape is a contract.

The command, other programs and plain `temporal` commands send and read them. So a name never changes, a new field
always has a default, unknown fields are ignored, and a value that a later version may extend is plain text when it is
read.

The docstrings of classes and fields are the descriptions in docs/messages.schema.json.
"""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue

from domain.free_text import Line, Name, Sentences
from domain.text import name_zone
from domain.vocabulary import AskKind, NumberState, Outcome, Step


class Message(BaseModel):
    """What all messages have in common: they are immutable, and they ignore the fields of a later version."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", use_attribute_docstrings=True, json_schema_serialization_defaults_required=True
    )


# What starts a request


class Document(Message):
    """A PDF in the document store, at `<reference>/<sha256>`. Its bytes never travel in a message."""

    sha256: str
    """SHA-256 of the file: 64 digits of 0-9 and a-f."""
    size: int
    """Size of the file in bytes."""
    name: Name
    """The name of the file, as Telnyx and people see it, such as `loa.pdf`."""


class Options(Message):
    """The choices of the requester. The defaults suit most requests."""

    all_or_nothing: bool = False
    """Stop when one number cannot be hosted, instead of continuing with the others."""
    verification_method: str = "sms"
    """How Telnyx sends the first ownership codes: `sms` or `call`."""
    internal_transfer: bool = False
    """Also order numbers that another Telnyx account hosts. That account then has 72 hours to object."""
    contact_hours: str = ""
    """The hours of every day in which codes may be sent, such as `9-17 Pacific`. Empty: at any time."""
    needed_by: Annotated[datetime, AfterValidator(name_zone)] | None = None
    """When the requester needs the numbers, in UTC unless it names a zone. Support sees it; it changes nothing else."""
    campaign_id: str | None = None
    """The 10DLC campaign that the numbers are for. It is kept; nothing else is done with it."""


class HostingRequest(Message):
    """A request to host SMS on 1–200 landline numbers of one Telnyx account."""

    reference: str
    """The requester's own name for the request: 1–64 letters, digits, dots, underscores or hyphens. It must not begin
    with `account-` or with a hyphen, nor be `import-` and 12 digits of 0-9 and a-f."""
    messaging_profile_id: str
    """The id of the messaging profile at Telnyx that the numbers are for."""
    phone_numbers: list[str]
    """US numbers written as `+1` and ten digits, each once."""
    account: str = "default"
    """The Telnyx account, by its name in the settings."""
    customer: str = ""
    """The owner of the numbers, by an id of the requester's. It is searchable and not encrypted. At most 200 signs that
    can be seen, on one line."""
    loa: Document | None = None
    """The letter of authorization. It can also be handed in later."""
    bill: Document | None = None
    """A recent bill for the numbers. It can also be handed in later."""
    options: Options = Options()
    by: Name = ""
    """The person or program that asks, for the list of events."""
    limited: bool = False
    """True when the Temporal server keeps a rate limit for the account. Its calls then take the queue that has one."""
    carry: dict[str, JsonValue] | None = None
    """Where the request stood when its workflow continued as new. Only the workflow itself sets it."""


# What people and programs send to a request


class Code(Message):
    """An ownership code, as the person at the number read it out."""

    phone_number: str
    """The number that received the code."""
    code: str = Field(repr=False)
    """3–12 digits."""


class SubmitCodes(Message):
    """Codes for some or all of the numbers that wait for one."""

    codes: list[Code]
    by: Name = ""


class ResendCodes(Message):
    """Ask Telnyx to send new codes."""

    phone_numbers: list[str] = []
    """The numbers that need a new code. Empty: every number that waits for one."""
    method: str = "sms"
    """`sms` or `call`."""
    by: Name = ""


class ReplaceDocuments(Message):
    """Hand in the LOA, the bill or both. The one that is absent stays as it was."""

    loa: Document | None = None
    bill: Document | None = None
    by: Name = ""


class RetryNumbers(Message):
    """Give numbers on hold an order of their own, for instance after the carrier that refused them has agreed."""

    phone_numbers: list[str]
    by: Name = ""


class GiveUp(Message):
    """Stop trying for these numbers. The others go on."""

    phone_numbers: list[str]
    why: Line = ""
    """A reason for the list of events."""
    by: Name = ""


class Cancel(Message):
    """Stop the whole request, and delete its order if that is safe."""

    why: Line = ""
    """A reason for the list of events."""
    by: Name = ""


class AnswerAsk(Message):
    """Answer an ask that offers choices."""

    ask: str
    """The `id` of the ask, from `asks` of the progress."""
    choice: str
    """The `choice` that was chosen, from `choices` of the ask."""
    order_id: str = ""
    """The `order_id` of that choice, if it has one."""
    by: Name = ""


class TelnyxNews(Message):
    """A webhook of Telnyx. It is a hint to read the order now."""

    account: str = ""
    """The account whose key verified the webhook. A request takes no hint of another account. Without an account it
    takes the hint alone, and nothing of what follows `order_id`."""
    event_id: str = ""
    event_type: str = ""
    order_id: str = ""
    decision: str = ""
    """`pending`, `approved` or `rejected`: the decision of the account that hosts the numbers of an internal transfer.
    Empty on every other event."""
    approval_deadline: datetime | None = None
    """Until when that account may object."""
    verified: list[str] = []
    """Numbers of the order whose ownership is verified. Telnyx's API may not show that."""
    refused_at: datetime | None = None
    """When Telnyx refused the documents of the order, if the webhook says so."""


class AccountResumed(Message):
    """The account workflow says that the Telnyx account works again. What waited for it goes on."""

    account: str = ""
    """The account. A request of another account refuses it."""
    by: Name = ""
    """Who resumed it; empty when it resumed by itself."""
    trial: bool = False
    """True when only this request goes on for now: its call shows whether Telnyx still refuses the account."""


class NumberResult(Message):
    """The result of a message for one number."""

    phone_number: str
    result: Sentences
    """For codes: `verified`, `rejected`, `already_verified` or `not_asked`."""


class Answer(Message):
    """The answer of a request to an update."""

    accepted: bool
    """Whether the message was accepted. A wrong code is accepted; `numbers` says that Telnyx rejected it."""
    sentence: Sentences
    """What happened, in one sentence for a person."""
    numbers: list[NumberResult] = []


# What a request shows of itself


class Choice(Message):
    """One possible answer to an ask."""

    choice: Name
    """The word to answer with."""
    sentence: Sentences
    """What the choice does, in one sentence for a person."""
    order_id: Name = ""
    """The order that the choice is about. Several choices may differ in it alone."""


class NumberProgress(Message):
    """Where one number stands."""

    phone_number: str
    state: Name = Field(default=NumberState.NEW, examples=list(NumberState))
    """A later version may add states."""
    status: Name = ""
    """The status of the number that was read last from Telnyx, as Telnyx writes it. Empty: not known."""
    because: Sentences = ""
    """Why it is in this state, in sentences for a person."""


class AskView(Message):
    """Something that is awaited from a person."""

    id: Name
    """The kind and a number, such as `codes-1`."""
    kind: Name = Field(examples=list(AskKind))
    """What is awaited, and from whom. A later version may add kinds."""
    numbers: list[str] = []
    """The phone numbers that it is about."""
    guidance: Sentences = ""
    """What to do, in sentences for a person."""
    choices: list[Choice] = []
    """The possible answers, for the update `answer`. Empty: something else is awaited, such as codes."""
    since: datetime | None = None
    """When it was asked."""
    deadline: datetime | None = None
    """Until when it can be answered. Null: there is no deadline."""


class Event(Message):
    """Something that happened to a request."""

    at: datetime
    what: Sentences
    """One sentence for a person."""
    by: Name = ""
    """The person or program that did it. Empty: Telnyx or the workflow itself."""


class Progress(Message):
    """Where a request stands, or how it ended: the answer to the query `progress`, and the result of the workflow."""

    reference: Name
    account: Name = "default"
    customer: Name = ""
    outcome: Name = Field(default=Outcome.RUNNING, examples=list(Outcome))
    """`running` until the request ends. A later version may add outcomes."""
    step: Name = Field(default=Step.ELIGIBILITY, examples=list(Step))
    """A later version may add steps."""
    round: int = 0
    """How many orders were begun. A round is one order at Telnyx."""
    order_ids: list[Name] = []
    """The ids of all orders at Telnyx, oldest first."""
    numbers: list[NumberProgress] = []
    """Each number of the request."""
    statuses_at: datetime | None = None
    """When Telnyx's statuses of the numbers were read last. Null: never."""
    asks: list[AskView] = []
    """What is awaited from people now."""
    events: list[Event] = []
    """What happened, oldest first: the last 200."""
    left_behind: list[Sentences] = []
    """What could not be removed at Telnyx, and how to remove it: one entry for each order."""
    partial: bool = False
    """True when no worker answered and only the server was asked. Only `hosted-sms show` sets it."""
