"""The 12 statuses of Telnyx's eligibility check, and what each means for a number (docs/telnyx.md §3).

A number may be ordered only when Telnyx says both `eligible: true` and the status `eligible`. Every other status is of
one of the kinds below. A status without a row, or one that contradicts its flag, becomes a question to a person.

    eligible ────────────► ORDER            it goes into the order
    cannot be hosted ────► LEFT_OUT         final for this number; the other numbers go on
    hosted by another ───► TRANSFER         into the order if the request opted in, otherwise left out
    active here already ─► CHECK_INVENTORY  active if the account's inventory holds it, otherwise left out
    in an open order ────► CHECK_ORDERS     the next step handles it if the order is this account's, otherwise left out
    could not be checked ► RETRY            checked again a few times, then a person is asked
    billing check failed ► BILLING          checked again a few times, then the account's owner is asked
    account closed ──────► ACCOUNT          nothing works in this account until a person acts
"""

from enum import Enum, auto

from domain.status_table import StatusRow, table


class EligibilityKind(Enum):
    """What a request does about a status of the eligibility check."""

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
    StatusRow(
        "eligible",
        K.ORDER,
        "can be hosted",
        "this program",
        "Nothing to do. The number goes into the order.",
    ),
    StatusRow(
        "number_is_not_a_us_number",
        K.LEFT_OUT,
        "is not a US number",
        "customer",
        "Leave this number out. Telnyx hosts US numbers only.",
    ),
    StatusRow(
        "number_can_not_be_wireless",
        K.LEFT_OUT,
        "belongs to a wireless carrier",
        "customer",
        "Use a landline or VoIP number instead. Wireless numbers cannot be hosted.",
    ),
    StatusRow(
        "number_can_not_be_in_telnyx",
        K.LEFT_OUT,
        "is already a Telnyx number",
        "customer",
        "This number needs no hosting. Assign a messaging profile to it in the Telnyx portal.",
    ),
    StatusRow(
        "number_can_not_hosted_with_a_telnyx_subscriber",
        K.TRANSFER,
        "is hosted by another Telnyx account",
        "you, then Telnyx support",
        "Ask the other account to release the number, or contact Telnyx support. You can also start a new request with"
        " `--internal-transfer`: the other account then has 72 hours to object, and the number loses its 10DLC"
        " registrations.",
    ),
    StatusRow(
        "number_can_not_be_active_in_your_account",
        K.CHECK_INVENTORY,
        "is already active in this account",
        "this program",
        "This program looks the number up among the account's hosted numbers. If it is there, nothing is left to do."
        " If not, ask Telnyx support.",
    ),
    StatusRow(
        "number_can_not_be_repeated",
        K.CHECK_ORDERS,
        "is listed twice, or another open order has it",
        "this program",
        "This program looks for an open order with this number. It takes the order over, or asks you about it. If the"
        " account has no such order, ask Telnyx support.",
    ),
    StatusRow(
        "number_can_not_be_validated",
        K.RETRY,
        "could not be checked",
        "this program, then you",
        "This program repeats the check a few times. If that does not help, check again later, or leave the number"
        " out.",
    ),
    StatusRow(
        "number_is_not_a_valid_routing_number",
        K.LEFT_OUT,
        "has no valid routing",
        "customer",
        "Ask the number's provider to check its routing. Then request the number again.",
    ),
    StatusRow(
        "number_is_not_in_e164_format",
        K.LEFT_OUT,
        "is not written as +1 and ten digits",
        "you",
        "Write the number as +1 and ten digits, and request it again.",
    ),
    StatusRow(
        "billing_account_check_failed",
        K.BILLING,
        "could not be checked because the account's billing check failed",
        "account owner",
        "Check the balance and billing of the Telnyx account, and fix what is wrong. Then check the numbers again.",
    ),
    StatusRow(
        "billing_account_is_abolished",
        K.ACCOUNT,
        "cannot be hosted because the Telnyx account is closed",
        "you, then Telnyx support",
        "Contact Telnyx support about the account. Nothing works in it until Telnyx opens it again.",
    ),
)
"""Every status of the specification, in lower case, with its row."""
