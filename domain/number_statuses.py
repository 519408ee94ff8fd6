"""The 13 words of a number in a Telnyx order, and what each means (Telnyx facts §5).

REST knows 12 of them, webhooks one more (`ownership_successful`); both are read. `pending` says nothing: a number
stays `pending` through codes, papers and review alike. So an open word never takes back what is already known.
"""

from enum import Enum, auto

from domain.status_table import StatusRow, table


class NumberKind(Enum):
    """What a word of a number asks of us."""

    OPEN = auto()
    VERIFIED = auto()
    IN_REVIEW = auto()
    ACTIVE = auto()
    REJECTED = auto()
    FIXABLE = auto()
    """Over in this order; a new one may help once a person has settled the cause."""
    CLOSED = auto()
    TIMED_OUT = auto()


K = NumberKind

NUMBERS = table(
    StatusRow("pending", K.OPEN, "waits", "us, customer", "Give the ownership code, if it was not given yet."),
    StatusRow(
        "ownership_successful",
        K.VERIFIED,
        "has its ownership proved",
        "us",
        "Nothing to do: the papers go up when every number is proved.",
    ),
    StatusRow("provisioning", K.IN_REVIEW, "is being activated", "Telnyx", "Nothing to do but wait."),
    StatusRow("successful", K.ACTIVE, "is active", "us", "Nothing to do: SMS works."),
    StatusRow("deleted", K.CLOSED, "was removed from the order", "nobody", "Find out who removed it in the portal."),
    StatusRow("failed", K.CLOSED, "was closed by Telnyx", "support", "Ask Telnyx support why the number was closed."),
    StatusRow(
        "failed_activation",
        K.FIXABLE,
        "could not be activated",
        "support",
        "Ask Telnyx support why the activation failed; then it may get one more order.",
    ),
    StatusRow(
        "failed_carrier_rejected",
        K.REJECTED,
        "was refused by the losing carrier",
        "customer, carrier",
        "Have the customer settle it with the losing carrier; then it gets an order of its own.",
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
        "customer, support",
        "Remove the hosting in the other account if that is yours too, else ask Telnyx support.",
    ),
    StatusRow(
        "failed_number_not_found",
        K.CLOSED,
        "is not in the routing database",
        "customer",
        "Check that the number is right and in service.",
    ),
    StatusRow(
        "failed_ownership_verification",
        K.FIXABLE,
        "did not have its ownership proved",
        "customer",
        "Make sure that somebody can read its code out; then it gets a new order and a new code.",
    ),
    StatusRow(
        "failed_timeout",
        K.TIMED_OUT,
        "timed out at the losing carrier",
        "us, then support",
        "It gets one new order by itself; when that times out too, contact Telnyx support.",
    ),
)
"""Every word of the specification (casefolded) with its row."""
