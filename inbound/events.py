"""Reads what a webhook says; every field may be missing or of another kind (Telnyx facts §6).

An event is a hint only: it tells which order is worth reading, and nothing of what it says is believed.
"""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ValidationError

from domain import names
from domain.phone_numbers import is_e164_us

HOSTED_ORDERS = "messaging_hosted_numbers_orders."
"""How the types of the events begin that concern us; a profile's URL gets those of its messages too."""

_LONGEST_TEXT = 128


class NotAnEvent(Exception):  # noqa: N818 - named for what was seen
    """The body is no JSON object; the text is the reason for the log."""


def _text(seen: Any) -> str:
    return seen if isinstance(seen, str) and len(seen) <= _LONGEST_TEXT else ""


def _table(seen: Any) -> Any:
    return seen if isinstance(seen, dict) else {}


def _us_numbers(seen: Any) -> list[str]:
    rows = seen if isinstance(seen, list) else []
    values = [_text(row.get("value")) for row in rows if isinstance(row, dict)]
    return list(dict.fromkeys(value for value in values if is_e164_us(value)))


_Text = Annotated[str, BeforeValidator(_text)]


class _Payload(BaseModel):
    order_id: _Text = ""
    numbers: Annotated[list[str], BeforeValidator(_us_numbers)] = []


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
        return _Envelope.model_validate_json(body).data
    except ValidationError:
        raise NotAnEvent("the body is not a JSON object") from None
