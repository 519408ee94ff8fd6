"""What Telnyx answers, as frozen models: the outside world ends here.

Tolerant on purpose, since sources contradict each other (Telnyx facts §2) and new words appear without notice:
unknown fields are left out, every word comes as a casefolded `str` whatever it is, and what Telnyx left out or sent as
null has an empty value. Only what makes a reply useless is refused, such as an order without an id.
"""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

_LARGEST = 10**9  # no count of Telnyx comes near; beyond it a figure is nonsense

_LONGEST_WORD = 100


def _word(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str | int | float):
        return str(value).strip().casefold()[:_LONGEST_WORD]
    raise ValueError("a word was expected")


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _maybe_text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _complaint(value: object) -> str | None:
    # Whatever stands here means that it did not work, so an odd shape must not pass for "no error".
    if not value:
        return None
    return value if isinstance(value, str) else "Telnyx named an error in a form that cannot be read"


def _figure(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= len(str(_LARGEST)):
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST else None


def _strings(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


Word = Annotated[str, BeforeValidator(_word)]
Text = Annotated[str, BeforeValidator(_text)]
MaybeText = Annotated[str | None, BeforeValidator(_maybe_text)]
MaybeFigure = Annotated[int | None, BeforeValidator(_figure)]
Strings = Annotated[list[str], BeforeValidator(_strings)]
Identifier = Annotated[str, Field(min_length=1)]


class Reply(BaseModel):
    """Common to all replies: cannot be changed, and fields that we do not know are left out."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class NumberRow(Reply):
    """A row about one number in E.164; REST calls it `phone_number`, webhooks call it `value` (Telnyx facts §2)."""

    phone_number: Identifier

    @model_validator(mode="before")
    @classmethod
    def _either_key(cls, row: Any) -> Any:
        if isinstance(row, dict) and row.get("phone_number") is None and "value" in row:
            return {**row, "phone_number": row["value"]}
        return row


class Eligibility(NumberRow):
    """Whether one number can be hosted; `status` is the casefolded `eligible_status` (Telnyx facts §3).

    `eligible` is true only when Telnyx sent a plain true.
    """

    eligible: Annotated[bool, BeforeValidator(lambda value: value is True)] = False
    status: Word = ""
    detail: Text = ""

    @model_validator(mode="before")
    @classmethod
    def _status_key(cls, row: Any) -> Any:
        return {**row, "status": row["eligible_status"]} if isinstance(row, dict) and "eligible_status" in row else row


class HostedNumber(NumberRow):
    """One number of an order with its own status (Telnyx facts §5)."""

    id: Text = ""
    status: Word = ""


class Order(Reply):
    """A hosted number order; judge each number, not only the order's status (Telnyx facts §4, §11)."""

    id: Identifier
    messaging_profile_id: MaybeText = None
    status: Word = ""
    phone_numbers: Annotated[list[HostedNumber], BeforeValidator(lambda rows: [] if rows is None else rows)] = []


class CodeRequest(NumberRow):
    """What became of sending a code to one number: `error` is None when it was sent (Telnyx facts §1)."""

    verification_code_id: MaybeText = None
    type: Annotated[Word | None, BeforeValidator(_maybe_text)] = None
    error: Annotated[str | None, BeforeValidator(_complaint)] = None


class CodeResult(NumberRow):
    """What Telnyx says of one code: `verified`, `rejected`, `already_verified` or a word that is new to us."""

    status: Word


class Page(Reply):
    """Where a page stands in its list; None where Telnyx did not say."""

    page_number: MaybeFigure = None
    page_size: MaybeFigure = None
    total_pages: MaybeFigure = None
    total_results: MaybeFigure = None


class OrderPage(Reply):
    """One page of the account's orders; the order of the list is not promised (Telnyx facts §11)."""

    orders: list[Order]
    page: Page


class NumberSettings(NumberRow):
    """Messaging settings of a hosted number; it has no `status`, that stands in the order (Telnyx facts §1)."""

    id: Text = ""
    record_type: Word = ""
    messaging_profile_id: MaybeText = None
    messaging_product: Text = ""
    eligible_messaging_products: Strings = []
    tags: Strings = []
    type: Word = ""
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
    """A messaging profile, for its webhook: only `webhook_api_version` "2" signs as we expect (Telnyx facts §6)."""

    id: Identifier
    name: Text = ""
    enabled: Annotated[bool | None, BeforeValidator(lambda value: value if isinstance(value, bool) else None)] = None
    webhook_url: MaybeText = None
    webhook_failover_url: MaybeText = None
    webhook_api_version: Word = ""
