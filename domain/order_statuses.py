"""The 12 statuses of a Telnyx order, and what each means for the numbers in it (docs/telnyx.md §4).

One order holds many numbers, and Telnyx gives no reason beside the status. So the order's status decides only for
numbers whose own status is still open. A number with a final status of its own keeps it.

    OPEN ──documents──► IN_REVIEW ──► DONE
      ▲                     │
      └──── DOCUMENTS ◄─────┤              the next upload goes to the same order
                            ├──► REJECTED  by the losing carrier; a person resolves it
                            ├──► CLOSED    by Telnyx
                            └──► DELETED   outside this program, or by a cancel
"""

from enum import Enum, auto

from domain.advice import CARRIER_CASES, DOCUMENT_RULES
from domain.status_table import StatusRow, table


class OrderKind(Enum):
    """What a request does about a status of its order."""

    OPEN = auto()
    IN_REVIEW = auto()
    DONE = auto()
    DOCUMENTS = auto()
    REJECTED = auto()
    CLOSED = auto()
    DELETED = auto()

    @property
    def is_terminal(self) -> bool:
        """True when the order will not change again by itself."""
        return self in {OrderKind.DONE, OrderKind.REJECTED, OrderKind.CLOSED, OrderKind.DELETED}


K = OrderKind

REFUSED_DOCUMENT = {"loa_file_invalid": "loa", "incorrect_billing_information": "bill"}
"""Statuses that name the document at fault. That document must be replaced; the other one may stay."""

ORDERS = table(
    StatusRow(
        "pending",
        K.OPEN,
        "waits for ownership codes and documents",
        "you, customer",
        "Submit the ownership codes. Then hand in the LOA and the bill.",
    ),
    StatusRow(
        "loa_file_successful",
        K.IN_REVIEW,
        "has documents that Telnyx accepted",
        "Telnyx",
        "Wait. There is nothing to do now.",
    ),
    StatusRow(
        "provisioning",
        K.IN_REVIEW,
        "is being activated",
        "Telnyx, carrier",
        "Wait. There is nothing to do now.",
    ),
    StatusRow(
        "successful",
        K.DONE,
        "is complete",
        "this program",
        "Nothing to do. The status of each number says whether the number is active.",
    ),
    StatusRow(
        "loa_file_invalid",
        K.DOCUMENTS,
        "has an LOA that Telnyx refused",
        "customer",
        f"Hand in a new LOA. Hand in a new bill too if the bill is wrong. {DOCUMENT_RULES}",
    ),
    StatusRow(
        "incomplete_documentation",
        K.DOCUMENTS,
        "lacks documents",
        "customer",
        f"Hand in both the LOA and the bill. {DOCUMENT_RULES}",
    ),
    StatusRow(
        "incorrect_billing_information",
        K.DOCUMENTS,
        "has a bill that does not match",
        "customer",
        f"Hand in the right bill, and an LOA that matches it. {DOCUMENT_RULES}",
    ),
    StatusRow(
        "compliance_review_failed",
        K.CLOSED,
        "failed Telnyx's compliance review",
        "you, then Telnyx support",
        "Ask Telnyx support why the review failed before you request these numbers again.",
    ),
    StatusRow(
        "carrier_rejected",
        K.REJECTED,
        "was rejected by the losing carrier",
        "customer, carrier",
        f"Have the customer ask the losing carrier why. {CARRIER_CASES}",
    ),
    StatusRow(
        "ineligible_carrier",
        K.CLOSED,
        "is at a carrier that Telnyx does not support",
        "customer",
        "Port the numbers instead, or ask Telnyx support.",
    ),
    StatusRow(
        "failed",
        K.CLOSED,
        "was closed by Telnyx",
        "you, then Telnyx support",
        "Ask Telnyx support why the order was closed.",
    ),
    StatusRow(
        "deleted",
        K.DELETED,
        "was deleted outside this program",
        "you",
        "Find out who deleted the order in the Telnyx portal before you request these numbers again.",
    ),
)
"""Every status of the specification, in lower case, with its row."""
