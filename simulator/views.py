"""How the state looks from outside: over REST as Telnyx shows it, over the control surface completely."""

from collections.abc import Sequence
from typing import Any, TypeVar

from simulator.settings import Settings
from simulator.state import HostedNumber, Order, OrderedNumber, Profile
from simulator.webhooks import ORGANIZATION

T = TypeVar("T")
FEATURES = {"domestic_two_way": True, "international_inbound": True, "international_outbound": True}


def api_order(order: Order, settings: Settings) -> dict[str, Any]:
    """An order as the API shows it: no times unless set so, no reasons, no sign of a transfer (docs/telnyx.md §1)."""
    times = {"updated_at": order.updated_at} if settings.updated_at_over_rest else {}
    return times | {
        "id": order.id,
        "record_type": "messaging_hosted_number_order",
        "messaging_profile_id": order.messaging_profile_id,
        "status": order.status,
        "phone_numbers": [
            _number_over_rest(n, ownership_word=settings.ownership_word_over_rest) for n in order.numbers.values()
        ],
    }


def _number_over_rest(number: OrderedNumber, *, ownership_word: bool) -> dict[str, Any]:
    hidden = number.status == "ownership_successful" and not ownership_word
    return {
        "id": number.id,
        "record_type": "messaging_hosted_number",
        "phone_number": number.phone_number,
        "status": "pending" if hidden else number.status,
    }


def full_order(order: Order) -> dict[str, Any]:
    """An order with everything that the simulator knows about it."""
    transfer = order.transfer
    return {
        "id": order.id,
        "messaging_profile_id": order.messaging_profile_id,
        "status": order.status,
        "phone_numbers": [{"phone_number": n.phone_number, "status": n.status} for n in order.numbers.values()],
        "uploads": [{"loa_sha256": u.loa_sha256, "bill_sha256": u.bill_sha256} for u in order.uploads],
        "history": order.history,
        "transfer": None
        if transfer is None
        else {"token": transfer.token, "deadline": transfer.deadline, "decision": transfer.decision},
    }


def number_settings(hosted: HostedNumber) -> dict[str, Any]:
    """A hosted number as the API shows it; it has no status (docs/telnyx.md §1)."""
    return {
        "id": hosted.id,
        "record_type": "messaging_settings",
        "phone_number": hosted.phone_number,
        "messaging_profile_id": hosted.messaging_profile_id,
        "country_code": "US",
        "type": "longcode",
        "messaging_product": hosted.messaging_product,
        "eligible_messaging_products": ["A2P"],
        "traffic_type": "A2P",
        "features": {"sms": FEATURES, "mms": None},
        "health": {"message_count": 0, "inbound_outbound_ratio": 0.0, "success_ratio": 0.0, "spam_ratio": 0.0},
        "tags": hosted.tags,
        "organization_id": ORGANIZATION,
        "created_at": hosted.created_at,
        "updated_at": hosted.updated_at,
    }


def messaging_profile(profile: Profile) -> dict[str, Any]:
    """A messaging profile as the API shows it."""
    return {
        "id": profile.id,
        "record_type": "messaging_profile",
        "name": f"Profile {profile.id[:8]}",
        "enabled": profile.enabled,
        "webhook_url": profile.webhook_url,
        "webhook_failover_url": profile.webhook_failover_url,
        "webhook_api_version": profile.webhook_api_version,
        "whitelisted_destinations": ["US"],
        "created_at": profile.created_at,
        "updated_at": profile.created_at,
    }


def page_of(rows: Sequence[T], number: int, size: int) -> tuple[Sequence[T], dict[str, int]]:
    """One page of the rows, and its `meta` object."""
    meta = {
        "page_number": number,
        "page_size": size,
        "total_pages": -(-len(rows) // size),
        "total_results": len(rows),
    }
    return rows[(number - 1) * size : number * size], meta
