"""Parses a webhook into an event. Every field may be missing or of another type (docs/telnyx.md §6).

An event is only a hint: it names an order that is worth reading, and nothing that it says is believed. The exceptions
are what the order itself may not show: an internal transfer, a number whose ownership is verified, and a second refusal
of documents.
"""

import json
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, model_validator

from domain import names
from domain.number_statuses import NUMBERS, NumberKind
from domain.order_statuses import ORDERS, OrderKind
from domain.phone_numbers import is_e164_us
from domain.transfers import APPROVED, PENDING, REJECTED

HOSTED_ORDERS = "messaging_hosted_numbers_orders."
"""The prefix of our event types. The URL of a profile gets the events of its messages, too."""

_LONGEST_TEXT = 128
_YEAR_2000, _YEAR_2100 = 946_684_800, 4_102_444_800
"""Unix seconds; a deadline outside of them is invalid."""

_CREATED, _UPDATED = f"{HOSTED_ORDERS}created", f"{HOSTED_ORDERS}updated"
_APPROVAL_REQUESTED = f"{HOSTED_ORDERS}internal_transfer_approval_requested"
_TRANSFER_DECISIONS = {
    f"{HOSTED_ORDERS}internal_transfer_detected": PENDING,
    _APPROVAL_REQUESTED: PENDING,
    f"{HOSTED_ORDERS}internal_transfer_approved": APPROVED,
    f"{HOSTED_ORDERS}internal_transfer_auto_approved": APPROVED,
    f"{HOSTED_ORDERS}internal_transfer_rejected": REJECTED,
}
"""What the type of an event says about a transfer. Its field `decision` means nothing: other events have one, too."""


class NotAnEvent(Exception):  # noqa: N818 - named for what was seen
    """The body is not a JSON object. The text is for the log."""


def _text(value: Any) -> str:
    # JSON can hold half a UTF-16 character, which can be neither logged nor sent on.
    return value if isinstance(value, str) and len(value) <= _LONGEST_TEXT and value.isprintable() else ""


def _object(value: Any) -> Any:
    return value if isinstance(value, dict) else {}


def _us_numbers(value: Any) -> list[str]:
    rows = value if isinstance(value, list) else []
    numbers = [_text(row.get("value")) for row in rows if isinstance(row, dict)]
    return list(dict.fromkeys(number for number in numbers if is_e164_us(number)))


def _verified_numbers(value: Any) -> list[str]:
    rows = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
    known = [NUMBERS.get(_text(row.get("status")).casefold()) for row in rows]
    return _us_numbers([row for row, own in zip(rows, known, strict=True) if own and own.kind is NumberKind.VERIFIED])


def _time(value: Any) -> datetime | None:
    """An instant in ISO 8601; None for anything else, also for one without a time zone."""
    try:
        at = datetime.fromisoformat(_text(value))
    except ValueError:
        return None
    return at if at.tzinfo else None


def _instant(value: Any) -> datetime | None:
    """Unix seconds as an instant; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not _YEAR_2000 <= value <= _YEAR_2100:
        return None
    return datetime.fromtimestamp(value, UTC)


_Text = Annotated[str, BeforeValidator(_text)]


class _Payload(BaseModel):
    order_id: _Text = ""
    order_status: _Text = ""
    numbers: Annotated[list[str], BeforeValidator(_us_numbers)] = []
    verified: Annotated[list[str], BeforeValidator(_verified_numbers)] = []
    """Of the field `numbers`, like the one above."""
    approval_decision: _Text = ""
    """The older form of a transfer's events (docs/telnyx.md §2)."""
    approval_deadline: Annotated[datetime | None, BeforeValidator(_instant)] = None

    @model_validator(mode="before")
    @classmethod
    def _numbers_twice(cls, payload: dict[str, Any]) -> dict[str, Any]:
        return {**payload, "verified": payload.get("numbers")}


class Event(BaseModel):
    """One event. A field that is missing or of another type is empty."""

    id: _Text = ""
    event_type: _Text = ""
    occurred_at: Annotated[datetime | None, BeforeValidator(_time)] = None
    payload: Annotated[_Payload, BeforeValidator(_object)] = _Payload()

    @property
    def concerns_hosting(self) -> bool:
        """Whether it is about an order of hosted numbers."""
        return self.event_type.startswith(HOSTED_ORDERS)

    @property
    def is_creation(self) -> bool:
        """Whether it only says that an order was created, which its request knows."""
        return self.event_type == _CREATED

    @property
    def decision(self) -> str:
        """The decision of the account that hosts the numbers of a transfer; empty for any other event."""
        if self.event_type != _UPDATED:
            return _TRANSFER_DECISIONS.get(self.event_type, "")
        decision = self.payload.approval_decision.casefold()
        # Without a deadline `pending` means nothing, as in the field `decision`.
        is_decision = decision in {APPROVED, REJECTED} or (decision == PENDING and self.approval_deadline)
        return decision if is_decision else ""

    @property
    def asks_for_approval(self) -> bool:
        """Whether Telnyx asks the account that hosts the numbers to let them go."""
        return self.event_type == _APPROVAL_REQUESTED or (self.event_type == _UPDATED and self.decision == PENDING)

    @property
    def approval_deadline(self) -> datetime | None:
        """Until when that account may object; None when the event does not say."""
        return self.payload.approval_deadline

    @property
    def order_id(self) -> str:
        """The id of the order; empty when it is missing or must not be part of a query."""
        return self.payload.order_id if names.is_reference(self.payload.order_id) else ""

    @property
    def numbers(self) -> list[str]:
        """The numbers of the order in E.164, at most as many as a request may have."""
        return self.payload.numbers[: names.MAX_NUMBERS]

    @property
    def verified(self) -> list[str]:
        """The numbers whose ownership is verified. Over REST they may still be `pending` (docs/telnyx.md §2)."""
        return self.payload.verified[: names.MAX_NUMBERS]

    @property
    def refused_at(self) -> datetime | None:
        """When the documents of the order were refused; None when the event says nothing of the kind."""
        row = ORDERS.get(self.payload.order_status.casefold())
        return self.occurred_at if row is not None and row.kind is OrderKind.DOCUMENTS else None


class _Envelope(BaseModel):
    data: Annotated[Event, BeforeValidator(_object)] = Event()


def parse(body: bytes) -> Event:
    """The event in the body of a webhook.

    Raises:
        NotAnEvent: the body is not a JSON object.
    """
    try:
        # Pydantic's own parser would refuse half a character, which the text of another event may hold.
        return _Envelope.model_validate(json.loads(body)).data
    except (ValueError, RecursionError):
        raise NotAnEvent("the body is not a JSON object") from None
