"""The 12 words of Telnyx's eligibility check, and what each means for a number (Telnyx facts §3).

A number may be ordered only when Telnyx says both `eligible: true` and the word `eligible`. Everything else is one
of eight classes, and a word that stands in no row, or that contradicts its flag, is a question.

    eligible ────────────► ORDER            it goes into the order
    not hostable ────────► LEFT_OUT         final for this number, the others go on
    hosted by another ───► TRANSFER         into the order when the request opted in, otherwise left out
    active here already ─► CHECK_INVENTORY  the inventory tells whether it is simply done
    in an open order ────► CHECK_ORDERS     the list of orders tells whether it is in this account's
    could not be checked ► RETRY            asked again a few times, then a person is asked
    billing check failed ► BILLING          asked again a few times, then the account's owner is asked
    account closed ──────► ACCOUNT          nothing of this account works until a person acts
"""

from enum import Enum, auto

from domain.status_table import StatusRow, table


class EligibilityKind(Enum):
    """What a word of the eligibility check asks of us."""

    ORDER = auto()
    LEFT_OUT = auto()
    TRANSFER = auto()
    CHECK_INVENTORY = auto()
    CHECK_ORDERS = auto()
    RETRY = auto()
    BILLING = auto()
    ACCOUNT = auto()


K = EligibilityKind

ELIGIBILITY = table(
    StatusRow("eligible", K.ORDER, "can be hosted", "us", "Nothing to do: the number goes into the order."),
    StatusRow(
        "number_is_not_a_us_number",
        K.LEFT_OUT,
        "is not a US number",
        "customer",
        "Leave the number out; only US numbers can be hosted.",
    ),
    StatusRow(
        "number_can_not_be_wireless",
        K.LEFT_OUT,
        "belongs to a wireless carrier",
        "customer",
        "Use a landline or VoIP number; wireless numbers cannot be hosted.",
    ),
    StatusRow(
        "number_can_not_be_in_telnyx",
        K.LEFT_OUT,
        "is a Telnyx number already",
        "customer",
        "No hosting is needed: assign a messaging profile to the number in the Telnyx portal.",
    ),
    StatusRow(
        "number_can_not_hosted_with_a_telnyx_subscriber",
        K.TRANSFER,
        "is hosted by another Telnyx account",
        "support",
        "Have the other account free the number, contact Telnyx support, or start a request with `--internal-transfer`:"
        " the other account then has 72 hours to object, and 10DLC registrations of the number are removed.",
    ),
    StatusRow(
        "number_can_not_be_active_in_your_account",
        K.CHECK_INVENTORY,
        "is active in this account already",
        "us",
        "Look in the inventory of hosted numbers: the number may simply be done.",
    ),
    StatusRow(
        "number_can_not_be_repeated",
        K.CHECK_ORDERS,
        "is repeated, or another order for it is open",
        "us",
        "Look for an open order with this number: the next step takes it over or asks about it.",
    ),
    StatusRow(
        "number_can_not_be_validated",
        K.RETRY,
        "could not be checked just now",
        "us",
        "Telnyx could not check the number several times: have it checked again later, or give it up.",
    ),
    StatusRow(
        "number_is_not_a_valid_routing_number",
        K.LEFT_OUT,
        "has no valid routing",
        "customer",
        "Ask the number's provider to check its routing, then request it again.",
    ),
    StatusRow(
        "number_is_not_in_e164_format",
        K.LEFT_OUT,
        "is not written as +1 and ten digits",
        "us",
        "Write the number as +1 and ten digits and request it again.",
    ),
    StatusRow(
        "billing_account_check_failed",
        K.BILLING,
        "could not be checked because the account's billing check failed",
        "account owner",
        "Check the balance and billing of the Telnyx account, and mend what is wrong there.",
    ),
    StatusRow(
        "billing_account_is_abolished",
        K.ACCOUNT,
        "cannot be hosted because the Telnyx account is closed",
        "support",
        "Contact Telnyx support about the account: nothing of it works until it is open again.",
    ),
)
"""Every word of the specification (casefolded) with its row."""
