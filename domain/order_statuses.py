"""The 12 words of a Telnyx order's status, and what each means for the numbers in it (Telnyx facts §4).

An order is one piece of paper for many numbers, and Telnyx gives no reason beside the word. So the order's word
speaks only for numbers whose own word is still open; a number that says something final speaks for itself.

    OPEN ──papers──► IN_REVIEW ──► DONE
      ▲                  │
      └──── PAPERS ◄─────┤           uploads go to the same order again
                         ├──► REJECTED   by the losing carrier: a person settles it
                         ├──► CLOSED     by Telnyx
                         └──► DELETED    by somebody outside this program, or by a cancel
"""

from enum import Enum, auto

from domain.status_table import StatusRow, table


class OrderKind(Enum):
    """What a word of the order asks of us."""

    OPEN = auto()
    IN_REVIEW = auto()
    DONE = auto()
    DOCUMENTS = auto()
    REJECTED = auto()
    CLOSED = auto()
    DELETED = auto()

    @property
    def is_terminal(self) -> bool:
        """True when this order will never change again by itself."""
        return self in {OrderKind.DONE, OrderKind.REJECTED, OrderKind.CLOSED, OrderKind.DELETED}


K = OrderKind

_PAPERS = (
    "The LOA must be on the latest template, signed and dated within 30 days, in exactly the name and address that the"
    " losing carrier has of the account holder; the bill must be last month's, with the same name and every number."
)
"""What the guide lists for papers that were refused, whatever the word (Telnyx facts §9, §10)."""

REFUSED_DOCUMENT = {"loa_file_invalid": "loa", "incorrect_billing_information": "bill"}
"""Words that name the paper at fault: whatever comes with it, that one must be another."""

ORDERS = table(
    StatusRow(
        "pending",
        K.OPEN,
        "waits for codes and papers",
        "us, customer",
        "Give the ownership codes, then hand in the LOA and the bill.",
    ),
    StatusRow("loa_file_successful", K.IN_REVIEW, "has its papers accepted", "Telnyx", "Nothing to do but wait."),
    StatusRow("provisioning", K.IN_REVIEW, "is being activated", "Telnyx, carrier", "Nothing to do but wait."),
    StatusRow("successful", K.DONE, "is done", "us", "Nothing to do; each number tells whether it is active."),
    StatusRow(
        "loa_file_invalid",
        K.DOCUMENTS,
        "has its LOA refused",
        "customer",
        f"Hand in a new LOA, and a new bill where it is at fault. {_PAPERS}",
    ),
    StatusRow(
        "incomplete_documentation",
        K.DOCUMENTS,
        "lacks papers",
        "customer",
        f"Hand in both, the LOA and the bill. {_PAPERS}",
    ),
    StatusRow(
        "incorrect_billing_information",
        K.DOCUMENTS,
        "has a bill that does not match",
        "customer",
        f"Hand in the right bill, and an LOA that matches it. {_PAPERS}",
    ),
    StatusRow(
        "compliance_review_failed",
        K.CLOSED,
        "failed Telnyx's compliance review",
        "support",
        "Ask Telnyx support why the review failed before requesting these numbers again.",
    ),
    StatusRow(
        "carrier_rejected",
        K.REJECTED,
        "was refused by the losing carrier",
        "customer, carrier",
        "Ask the losing carrier why: the LOA must name the account holder exactly, and some carriers want a phone"
        " call to authorize the routing.",
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
        "support",
        "Ask Telnyx support why the order was closed.",
    ),
    StatusRow(
        "deleted",
        K.DELETED,
        "was deleted outside this program",
        "nobody",
        "Find out who deleted the order in the portal before requesting these numbers again.",
    ),
)
"""Every word of the specification (casefolded) with its row."""
