"""The words that the OpenAPI document lists, casefolded: the tables are held against these."""

from pathlib import Path
from typing import Any

import yaml

_DOCUMENT = Path(__file__).parents[1] / "telnyx" / "hosted-numbers.openapi.yaml"


def schemas() -> dict[str, Any]:
    """Every schema of the document by its name."""
    found: dict[str, Any] = yaml.safe_load(_DOCUMENT.read_text(encoding="utf-8"))["components"]["schemas"]
    return found


def _words(field: dict[str, Any]) -> frozenset[str]:
    return frozenset(word.casefold() for word in field["enum"])


def eligibility_statuses() -> frozenset[str]:
    """What the eligibility check may say of a number."""
    return _words(schemas()["EligibilityNumberResponse"]["properties"]["eligible_status"])


def order_statuses() -> frozenset[str]:
    """What the status of an order may be."""
    return _words(schemas()["MessagingHostedNumberOrder"]["properties"]["status"])


def number_statuses_over_rest() -> frozenset[str]:
    """What the status of a number in an order may be over REST."""
    return _words(schemas()["HostedNumber"]["properties"]["status"])


def number_statuses_in_webhooks() -> frozenset[str]:
    """What the status of a number may be in a webhook."""
    payload = schemas()["HostedNumberOrderEventPayload"]["properties"]
    return _words(payload["numbers"]["items"]["properties"]["status"])
