"""The statuses that Telnyx's OpenAPI document lists, in lower case; the tables are compared with these."""

from pathlib import Path
from typing import Any

import yaml

_DOCUMENT = Path(__file__).parents[1] / "telnyx" / "hosted-numbers.openapi.yaml"


def schemas() -> dict[str, Any]:
    """Every schema of the document by its name."""
    found: dict[str, Any] = yaml.safe_load(_DOCUMENT.read_text(encoding="utf-8"))["components"]["schemas"]
    return found


def _statuses(field: dict[str, Any]) -> frozenset[str]:
    return frozenset(status.casefold() for status in field["enum"])


def eligibility_statuses() -> frozenset[str]:
    """What the eligibility check may say of a number."""
    return _statuses(schemas()["EligibilityNumberResponse"]["properties"]["eligible_status"])


def order_statuses() -> frozenset[str]:
    """What the status of an order may be."""
    return _statuses(schemas()["MessagingHostedNumberOrder"]["properties"]["status"])


def number_statuses_over_rest() -> frozenset[str]:
    """What the status of a number in an order may be over REST."""
    return _statuses(schemas()["HostedNumber"]["properties"]["status"])


def number_statuses_in_webhooks() -> frozenset[str]:
    """What the status of a number may be in a webhook."""
    payload = schemas()["HostedNumberOrderEventPayload"]["properties"]
    return _statuses(payload["numbers"]["items"]["properties"]["status"])
