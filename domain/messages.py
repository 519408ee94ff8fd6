"""The messages between people, programs and a hosting request; their shape is a contract.

Everything here is driven from outside: by the command, by other programs over a Temporal client, and by bare
`temporal workflow` commands. So names never change, a new field always has a default, unknown fields are ignored,
and words that a later version may extend are plain text on the way in.
"""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue

from domain.vocabulary import AskKind, Next, NumberState, Outcome, Step


class Message(BaseModel):
    """What every message has in common: it never changes once made, and it tolerates fields of a later version."""

    model_config = ConfigDict(frozen=True, extra="ignore")


# What starts a request


class Document(Message):
    """A PDF in the document store; the bytes themselves never travel."""

    sha256: str
    size: int
    name: str


class Options(Message):
    """What a requester may choose; the defaults suit the plain case."""

    all_or_nothing: bool = False
    """Stop when one number cannot be hosted, instead of going on with the rest."""
    verification_method: str = "sms"
    """How Telnyx sends the ownership codes first: `sms` or `call`."""
    internal_transfer: bool = False
    """Go on when a number is hosted by another Telnyx account, which then has 72 hours to object."""
    contact_hours: str = ""
    """When codes may be sent, such as `9-17 Pacific`; every day. Empty: at any time."""
    needed_by: datetime | None = None
    """When the requester needs the numbers; shown to support, it changes nothing."""
    campaign_id: str | None = None
    """The 10DLC campaign the numbers are meant for; kept for after activation."""


class HostingRequest(Message):
    """A wish to have SMS hosted on 1–200 landline numbers of one account."""

    reference: str
    messaging_profile_id: str
    phone_numbers: list[str]
    account: str = "default"
    customer: str = ""
    loa: Document | None = None
    bill: Document | None = None
    options: Options = Options()
    by: str = ""
    carry: dict[str, JsonValue] | None = None
    """Where the request stood when its workflow continued as new; never given by a requester."""


# What people say to a request


class Code(Message):
    """An ownership code as somebody read it out."""

    phone_number: str
    code: str = Field(repr=False)


class SubmitCodes(Message):
    """Codes for some or all of the numbers that wait for one."""

    codes: list[Code]
    by: str = ""


class ResendCodes(Message):
    """Ask Telnyx for new codes; without numbers, for every number that still waits."""

    phone_numbers: list[str] = []
    method: str = "sms"
    by: str = ""


class ReplaceDocuments(Message):
    """Hand in the LOA, the bill or both; what is absent stays as it was."""

    loa: Document | None = None
    bill: Document | None = None
    by: str = ""


class RetryNumbers(Message):
    """Give numbers that a carrier rejected an order of their own, now that a person settled it."""

    phone_numbers: list[str]
    by: str = ""


class GiveUp(Message):
    """Stop trying for these numbers; the others go on."""

    phone_numbers: list[str]
    why: str = ""
    by: str = ""


class Cancel(Message):
    """Stop the whole request and remove its order where that is safe."""

    why: str = ""
    by: str = ""


class AnswerAsk(Message):
    """The answer to an ask that offered choices."""

    ask: str
    choice: str
    order_id: str = ""
    by: str = ""


class TelnyxNews(Message):
    """A webhook's hint that an order is worth reading now."""

    event_id: str = ""
    event_type: str = ""
    order_id: str = ""
    decision: str = ""
    """Of the account that hosts the numbers of an internal transfer: `pending`, `approved` or `rejected`; empty on
    every other event."""
    approval_deadline: datetime | None = None
    """Until when that account may object."""


class AccountResumed(Message):
    """The Telnyx account works again, says a person: what waited for it goes on."""

    by: str = ""


class NumberResult(Message):
    """What became of one number of a message: for codes `verified`, `rejected`, `already_verified`, `not_asked`."""

    phone_number: str
    result: str


class Answer(Message):
    """What a request says to whoever sent it a message."""

    accepted: bool
    sentence: str
    numbers: list[NumberResult] = []


# What an activity tells the workflow


class Choice(Message):
    """One thing a person may answer."""

    choice: str
    sentence: str
    order_id: str = ""


_ASK_KINDS, _NEXTS = frozenset(AskKind), frozenset(Next)


def _known_kind(word: object) -> object:
    return word if isinstance(word, str) and word in _ASK_KINDS else AskKind.SUPPORT


def _known_next(word: object) -> object:
    return word if isinstance(word, str) and word in _NEXTS else Next.ASK


class Need(Message):
    """What to ask of whom."""

    kind: Annotated[AskKind, BeforeValidator(_known_kind)] = AskKind.SUPPORT
    numbers: list[str] = []
    guidance: str = ""
    choices: list[Choice] = []
    topic: str = ""
    """What tells this need from others of its kind that may be open beside it."""
    at: datetime | None = None
    """When the call was made that Telnyx refused, where that matters."""
    deadline: datetime | None = None
    """When it ends by itself; None leaves that to the plan of its kind."""
    refused: str = ""
    """`loa` or `bill`, where one of the papers is known to be at fault and no other will do without it."""


class NumberVerdict(Message):
    """What Telnyx's word on one number means."""

    state: NumberState
    status: str = ""
    because: str = ""
    next: Annotated[Next, BeforeValidator(_known_next)] = Next.WAIT
    """`again` when a new order is the remedy; `ask`, of a number that failed, when it is once a person says so.
    Anything else leaves the number to the round."""


class Verdict(Message):
    """What a step found and what the workflow does next; the only thing a workflow branches on.

    `next` is closed: a word that this version does not know decodes to `ask`, so that a person sees it.
    """

    next: Annotated[Next, BeforeValidator(_known_next)]
    because: str = ""
    need: Need | None = None
    numbers: dict[str, NumberVerdict] = {}


# What a request shows of itself


class NumberProgress(Message):
    """Where one number stands."""

    phone_number: str
    state: str = NumberState.NEW
    status: str = ""
    because: str = ""


class AskView(Message):
    """What is awaited from a person, as shown to that person."""

    id: str
    kind: str
    numbers: list[str] = []
    guidance: str = ""
    choices: list[Choice] = []
    since: datetime | None = None
    deadline: datetime | None = None


class Event(Message):
    """Something that happened to a request, for people to read."""

    at: datetime
    what: str
    by: str = ""


class Progress(Message):
    """Where a request stands, and, once it is closed, how it ended."""

    reference: str
    account: str = "default"
    customer: str = ""
    outcome: str = Outcome.RUNNING
    step: str = Step.ELIGIBILITY
    round: int = 0
    order_ids: list[str] = []
    numbers: list[NumberProgress] = []
    asks: list[AskView] = []
    events: list[Event] = []
    left_behind: list[str] = []
    partial: bool = False
    """True when no worker answered and this is only what the server itself knows."""
