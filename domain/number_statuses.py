"""The 13 statuses of a number in a Telnyx order, and what each means (docs/telnyx.md §5).

The REST API has 12 of them, webhooks one more (`ownership_successful`); both are read. `pending` says little: a number
stays `pending` through codes, documents and review. So an open status never takes back what is already known.
"""

from enum import Enum, auto

from domain.advice import CARRIER_CASES
from domain.status_table import StatusRow, table


class NumberKind(Enum):
    """What a request does about a status of a number."""

    OPEN = auto()
    VERIFIED = auto()
    IN_REVIEW = auto()
    ACTIVE = auto()
    REJECTED = auto()
    FIXABLE = auto()
    """Failed in this order. A new order may help after a person has fixed the cause."""
    CLOSED = auto()
    TIMED_OUT = auto()


K = NumberKind

NUMBERS = table(
    StatusRow(
        "pending",
        K.OPEN,
        "waits for its code, the documents or the review",
        "you, customer",
        "Submit its ownership code, unless that is done. Telnyx may keep this status until the review ends.",
    ),
    StatusRow(
        "ownership_successful",
        K.VERIFIED,
        "has its ownership verified",
        "this program",
        "Nothing to do. The documents are uploaded when every number is verified.",
    ),
    StatusRow(
        "provisioning",
        K.IN_REVIEW,
        "is being activated",
        "Telnyx",
        "Wait. There is nothing to do now.",
    ),
    StatusRow(
        "successful",
        K.ACTIVE,
        "is active",
        "you",
        "Use the number: SMS works.",
    ),
    StatusRow(
        "deleted",
        K.CLOSED,
        "was removed from the order",
        "you",
        "Find out who removed the number in the Telnyx portal.",
    ),
    StatusRow(
        "failed",
        K.CLOSED,
        "was closed by Telnyx",
        "you, then Telnyx support",
        "Ask Telnyx support why the number was closed.",
    ),
    StatusRow(
        "failed_activation",
        K.FIXABLE,
        "could not be activated",
        "you, then Telnyx support",
        "Ask Telnyx support why the activation failed. After that, the number can get one more order.",
    ),
    StatusRow(
        "failed_carrier_rejected",
        K.REJECTED,
        "was rejected by the losing carrier",
        "customer, carrier",
        f"Have the customer ask the losing carrier why. {CARRIER_CASES}",
    ),
    StatusRow(
        "failed_ineligible_carrier",
        K.CLOSED,
        "is at a carrier that Telnyx does not support",
        "customer",
        "Port the number instead, or ask Telnyx support.",
    ),
    StatusRow(
        "failed_number_already_hosted",
        K.FIXABLE,
        "is hosted by another Telnyx account",
        "customer, Telnyx support",
        "If the other account is yours too, remove the hosting there. Otherwise ask Telnyx support.",
    ),
    StatusRow(
        "failed_number_not_found",
        K.CLOSED,
        "is not in the routing database",
        "customer",
        "Check that the number is correct and in service.",
    ),
    StatusRow(
        "failed_ownership_verification",
        K.FIXABLE,
        "failed the ownership check",
        "customer",
        "Make sure that someone can read the code to you. After that, the number can get a new order and a new code.",
    ),
    StatusRow(
        "failed_timeout",
        K.TIMED_OUT,
        "timed out at the losing carrier",
        "this program, then Telnyx support",
        "This program places one new order for the number. If that order times out too, contact Telnyx support.",
    ),
)
"""Every status of the specification, in lower case, with its row."""
