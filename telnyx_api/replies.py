"""The replies of Telnyx as frozen models. No data of Telnyx goes past them unchecked.

They are tolerant on purpose, since sources contradict each other (docs/telnyx.md §2) and new statuses appear without
notice. Unknown fields are dropped, each status is any casefolded text, and a field that is missing or null has an empty
value. Only a reply that is useless is refused, such as an order without an id.
"""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

_LARGEST_COUNT = 10**9  # a larger number cannot be a count of Telnyx
_LONGEST_ENUM_TEXT = 100


def _enum_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str | int | float):
        return str(value).strip().casefold()[:_LONGEST_ENUM_TEXT]
    raise ValueError("a text was expected")


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _optional_text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _error_text(value: object) -> str | None:
    # Every value here means that the call failed, so an unknown shape must not count as "no error".
    if not value:
        return None
    return value if isinstance(value, str) else "Telnyx named an error in an unknown form"


def _optional_count(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= len(str(_LARGEST_COUNT)):
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST_COUNT else None


def _text_list(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _optional_flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


EnumText = Annotated[str, BeforeValidator(_enum_text)]
"""A status, or another value of one of Telnyx's lists, casefolded."""
Text = Annotated[str, BeforeValidator(_text)]
OptionalText = Annotated[str | None, BeforeValidator(_optional_text)]
OptionalCount = Annotated[int | None, BeforeValidator(_optional_count)]
OptionalFlag = Annotated[bool | None, BeforeValidator(_optional_flag)]
TextList = Annotated[list[str], BeforeValidator(_text_list)]
Identifier = Annotated[str, Field(min_length=1)]
ORDER_ID = r"[A-Za-z0-9._-]{1,40}"
OrderId = Annotated[str, Field(pattern=rf"\A{ORDER_ID}\z")]
"""Telnyx's are UUIDs. It stands in queries, commands and summaries, and 50 of them in one search attribute."""


class Reply(BaseModel):
    """The base of all replies: frozen, and without unknown fields."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class NumberRow(Reply):
    """A row about one number in E.164. The API calls it `phone_number`, webhooks `value` (docs/telnyx.md §2)."""

    phone_number: Identifier

    @model_validator(mode="before")
    @classmethod
    def _either_key(cls, row: Any) -> Any:
        if isinstance(row, dict) and row.get("phone_number") is None and "value" in row:
            return {**row, "phone_number": row["value"]}
        return row


class Eligibility(NumberRow):
    """Whether one number can be hosted; `status` is the casefolded `eligible_status` (docs/telnyx.md §3).

    `eligible` is true only when Telnyx sent a plain true.
    """

    eligible: Annotated[bool, BeforeValidator(lambda value: value is True)] = False
    status: EnumText = ""
    detail: Text = ""

    @model_validator(mode="before")
    @classmethod
    def _status_key(cls, row: Any) -> Any:
        return {**row, "status": row["eligible_status"]} if isinstance(row, dict) and "eligible_status" in row else row


class HostedNumber(NumberRow):
    """One number of an order, with a status of its own (docs/telnyx.md §5)."""

    id: Text = ""
    status: EnumText = ""


class Order(Reply):
    """A hosted number order. Judge each number, not only the status of the order (docs/telnyx.md §4, §11)."""

    id: OrderId
    messaging_profile_id: OptionalText = None
    status: EnumText = ""
    phone_numbers: Annotated[list[HostedNumber], BeforeValidator(lambda rows: [] if rows is None else rows)] = []
    updated_at: Text = ""
    """When Telnyx changed it last, as Telnyx writes it. No source promises this field."""


class CodeRequest(NumberRow):
    """Whether a code was sent to one number: `error` is None when it was (docs/telnyx.md §1)."""

    verification_code_id: OptionalText = None
    type: Annotated[EnumText | None, BeforeValidator(_optional_text)] = None
    error: Annotated[str | None, BeforeValidator(_error_text)] = None


class CodeResult(NumberRow):
    """The result of one code: `verified`, `rejected`, `already_verified` or a new status."""

    status: EnumText


class Page(Reply):
    """The position of a page in its list; None where Telnyx did not say."""

    page_number: OptionalCount = None
    page_size: OptionalCount = None
    total_pages: OptionalCount = None
    total_results: OptionalCount = None


class OrderPage(Reply):
    """One page of the account's orders. Telnyx does not promise their order (docs/telnyx.md §11)."""

    orders: list[Order]
    page: Page


class NumberSettings(NumberRow):
    """Messaging settings of a hosted number. Its status stands in its order alone (docs/telnyx.md §1)."""

    id: Text = ""
    record_type: EnumText = ""
    messaging_profile_id: OptionalText = None
    messaging_product: Text = ""
    eligible_messaging_products: TextList = []
    tags: TextList = []
    type: EnumText = ""
    traffic_type: Text = ""
    country_code: Text = ""
    organization_id: Text = ""
    created_at: Text = ""
    updated_at: Text = ""


class NumberSettingsPage(Reply):
    """One page of the account's hosted numbers."""

    numbers: list[NumberSettings]
    page: Page


class MessagingProfile(Reply):
    """A messaging profile. Only `webhook_api_version` "2" signs webhooks as we expect (docs/telnyx.md §6)."""

    id: Identifier
    name: Text = ""
    enabled: OptionalFlag = None
    webhook_url: OptionalText = None
    webhook_failover_url: OptionalText = None
    webhook_api_version: EnumText = ""
