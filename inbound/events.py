"""Reads what a webhook says; every field may be missing or of another kind (Telnyx facts §6).

An event is a hint only: it tells which order is worth reading, and nothing of what it says is believed. Only of an
internal transfer Telnyx tells nowhere else, so what an event says of one is passed on.
"""

import json
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator

from domain import names
from domain.phone_numbers import is_e164_us
from domain.transfers import APPROVED, PENDING, REJECTED

HOSTED_ORDERS = "messaging_hosted_numbers_orders."
"""How the types of the events begin that concern us; a profile's URL gets those of its messages too."""

_LONGEST_TEXT = 128
_YEAR_2000, _YEAR_2100 = 946_684_800, 4_102_444_800
"""Unix seconds; a deadline that is not between them is no deadline."""

_CREATED, _UPDATED = f"{HOSTED_ORDERS}created", f"{HOSTED_ORDERS}updated"
_APPROVAL_REQUESTED = f"{HOSTED_ORDERS}internal_transfer_approval_requested"
_TRANSFERS = {
    f"{HOSTED_ORDERS}internal_transfer_detected": PENDING,
    _APPROVAL_REQUESTED: PENDING,
    f"{HOSTED_ORDERS}internal_transfer_approved": APPROVED,
    f"{HOSTED_ORDERS}internal_transfer_auto_approved": APPROVED,
    f"{HOSTED_ORDERS}internal_transfer_rejected": REJECTED,
}
"""What each event of a transfer says of the decision; its own `decision` stands on ordinary events too."""


class NotAnEvent(Exception):  # noqa: N818 - named for what was seen
    """The body is no JSON object; the text is the reason for the log."""


def _text(seen: Any) -> str:
    # Half a character of UTF-16, which JSON can hold, could neither be logged nor sent on.
    return seen if isinstance(seen, str) and len(seen) <= _LONGEST_TEXT and seen.isprintable() else ""


def _table(seen: Any) -> Any:
    return seen if isinstance(seen, dict) else {}


def _us_numbers(seen: Any) -> list[str]:
    rows = seen if isinstance(seen, list) else []
    values = [_text(row.get("value")) for row in rows if isinstance(row, dict)]
    return list(dict.fromkeys(value for value in values if is_e164_us(value)))


def _instant(seen: Any) -> datetime | None:
    """Unix seconds as an instant; None for whatever cannot be meant so."""
    if isinstance(seen, bool) or not isinstance(seen, int | float) or not _YEAR_2000 <= seen <= _YEAR_2100:
        return None
    return datetime.fromtimestamp(seen, UTC)


_Text = Annotated[str, BeforeValidator(_text)]


class _Payload(BaseModel):
    order_id: _Text = ""
    numbers: Annotated[list[str], BeforeValidator(_us_numbers)] = []
    approval_decision: _Text = ""
    """The older shape of what now has events of its own (Telnyx facts §2)."""
    approval_deadline: Annotated[datetime | None, BeforeValidator(_instant)] = None


class Event(BaseModel):
    """One event as far as it can be read; what is missing or of another kind is empty."""

    id: _Text = ""
    event_type: _Text = ""
    payload: Annotated[_Payload, BeforeValidator(_table)] = _Payload()

    @property
    def concerns_hosting(self) -> bool:
        """Whether it is about an order of hosted numbers."""
        return self.event_type.startswith(HOSTED_ORDERS)

    @property
    def is_creation(self) -> bool:
        """Whether it only says that an order was made, which its request knows."""
        return self.event_type == _CREATED

    @property
    def decision(self) -> str:
        """Of the account that hosts the numbers of a transfer; empty when the event is not about one."""
        if self.event_type != _UPDATED:
            return _TRANSFERS.get(self.event_type, "")
        told = self.payload.approval_decision.casefold()
        # Without a deadline `pending` may stand there as it stands in `decision`, where it means nothing.
        return told if told in {APPROVED, REJECTED} or (told == PENDING and self.approval_deadline) else ""

    @property
    def asks_for_approval(self) -> bool:
        """Whether the account that hosts the numbers is asked to let them go."""
        return self.event_type == _APPROVAL_REQUESTED or (self.event_type == _UPDATED and self.decision == PENDING)

    @property
    def approval_deadline(self) -> datetime | None:
        """Until when that account may object, if it is said."""
        return self.payload.approval_deadline

    @property
    def order_id(self) -> str:
        """The id of the order; empty when there is none that may stand in a query."""
        return self.payload.order_id if names.is_reference(self.payload.order_id) else ""

    @property
    def numbers(self) -> list[str]:
        """The numbers of the order in E.164, at most as many as a request may have."""
        return self.payload.numbers[: names.MAX_NUMBERS]


class _Envelope(BaseModel):
    data: Annotated[Event, BeforeValidator(_table)] = Event()


def read(body: bytes) -> Event:
    """Reads the body of a webhook.

    Raises:
        NotAnEvent: it is not JSON, or no object.
    """
    try:
        # Not pydantic's own parser: it refuses half a character, and another event's text may well hold one.
        return _Envelope.model_validate(json.loads(body)).data
    except (ValueError, RecursionError):
        raise NotAnEvent("the body is not a JSON object") from None
