"""The test numbers: numbers beginning +1500555 whose end is known beforehand, like a payment provider's test cards.

One row for every status of the eligibility check (`+15005550…`), every status in which an order can end
(`+15005551…`), every status in which a number can end (`+15005552…`), and every special case (`+15005553…`). Every
other US number is ordinary and succeeds. If several test numbers share an order, the first one that decides about
the order wins.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from simulator.behavior import Behavior
from simulator.statuses import (
    DOCUMENTS_REFUSED,
    ELIGIBILITY_STATUSES,
    ELIGIBLE,
    METHODS,
    NUMBER_STATUSES,
    ORDER_STATUSES,
)

UNKNOWN_STATUS = "regulatory_hold"
"""A status that no document lists, for orders and numbers."""

UNKNOWN_ELIGIBILITY = "NUMBER_IS_UNDER_REVIEW"
"""An eligibility answer that no document lists."""

HOSTED_ELSEWHERE = "NUMBER_CAN_NOT_HOSTED_WITH_A_TELNYX_SUBSCRIBER"

ORDINARY = Behavior()


@dataclass(frozen=True, slots=True)
class Row:
    """One test number: its name, what happens to it in one sentence, and its behavior."""

    phone_number: str
    name: str
    promise: str
    behavior: Behavior


def _eligibility_rows() -> Iterator[Row]:
    for place, status in enumerate(ELIGIBILITY_STATUSES, start=1):
        promise = f"The eligibility check answers `{status}`" + (
            "." if status == ELIGIBLE else "; an order is refused."
        )
        yield Row(f"+1500555{place:04}", status, promise, Behavior(eligible_status=status))


def _order_promise(status: str) -> str:
    if status == "pending":
        return "The order stays `pending` forever, even after uploads."
    if status in DOCUMENTS_REFUSED:
        return f"Every upload is refused: the order goes to `{status}` each time."
    if status in {"loa_file_successful", "provisioning"}:
        return f"The order stays `{status}` forever."
    if status == "successful":
        return "The order ends `successful`, like any other."
    if status == "deleted":
        return "The order is deleted in the portal during the review."
    return f"The order ends `{status}` during the review."


def _order_rows() -> Iterator[Row]:
    for place, status in enumerate(ORDER_STATUSES, start=1001):
        ends = None if status == "successful" else status
        yield Row(f"+1500555{place}", f"order {status}", _order_promise(status), Behavior(order_ends=ends))


def _number_rows() -> Iterator[Row]:
    for place, status in enumerate(NUMBER_STATUSES, start=2001):
        over = status not in {"pending", "ownership_successful", "provisioning"}
        rest = "" if over else ", so its order stays `provisioning`"
        promise = f"The number ends `{status}` in every order{rest}; the others of its order succeed."
        yield Row(f"+1500555{place}", f"number {status}", promise, Behavior(number_ends=status))


_TWISTS: tuple[tuple[str, str, Behavior], ...] = (
    (
        "LOA refused first",
        "The first upload ends in `loa_file_invalid`; the second passes.",
        Behavior(first_documents="loa_file_invalid"),
    ),
    (
        "documents incomplete first",
        "The first upload ends in `incomplete_documentation`; the second passes.",
        Behavior(first_documents="incomplete_documentation"),
    ),
    (
        "bill wrong first",
        "The first upload ends in `incorrect_billing_information`; the second passes.",
        Behavior(first_documents="incorrect_billing_information"),
    ),
    ("code never arrives", "Code requests are accepted, but no code ever arrives.", Behavior(silent=METHODS)),
    ("SMS never arrives", "A code sent by `sms` never arrives; one by `call` does.", Behavior(silent=("sms",))),
    (
        "code cannot be sent",
        "A code request answers 2xx with an `error` for this number.",
        Behavior(code_error="The verification code could not be sent to this number."),
    ),
    (
        "first code rejected",
        "The first submitted code is `rejected`, even the correct one.",
        Behavior(first_code_rejected=True),
    ),
    (
        "already verified",
        "Ownership is verified from the start: a submitted code is answered with `already_verified`.",
        Behavior(verified_before=True),
    ),
    (
        "times out once",
        "Ends `failed_timeout` in its first order and `successful` in the next.",
        Behavior(number_ends="failed_timeout", bad_endings=1),
    ),
    ("times out always", "Ends `failed_timeout` in every order.", Behavior(number_ends="failed_timeout")),
    (
        "carrier rejects once",
        "Ends `failed_carrier_rejected` in its first order and `successful` in the next.",
        Behavior(number_ends="failed_carrier_rejected", bad_endings=1),
    ),
    (
        "carrier rejects always",
        "Ends `failed_carrier_rejected` in every order; the others of its order succeed.",
        Behavior(number_ends="failed_carrier_rejected"),
    ),
    (
        "unknown order word",
        f"The order goes to `{UNKNOWN_STATUS}`, which no document lists, forever.",
        Behavior(order_ends=UNKNOWN_STATUS),
    ),
    (
        "unknown number word",
        f"The number goes to `{UNKNOWN_STATUS}`, which no document lists, forever. Its order stays `provisioning`.",
        Behavior(number_ends=UNKNOWN_STATUS),
    ),
    (
        "unknown eligibility word",
        f"The eligibility check answers `{UNKNOWN_ELIGIBILITY}`, which no document lists; an order is refused.",
        Behavior(eligible_status=UNKNOWN_ELIGIBILITY),
    ),
    ("provisioning for ever", "The order stays `provisioning` forever.", Behavior(order_ends="provisioning")),
    (
        "deleted in the portal",
        "The order is deleted in the portal during the review.",
        Behavior(order_ends="deleted"),
    ),
    (
        "transfer, owner silent",
        f"Internal transfer: orderable although the check says `{HOSTED_ELSEWHERE}`; silence approves after 72 hours.",
        Behavior(eligible_status=HOSTED_ELSEWHERE, orderable=True, owner="says nothing"),
    ),
    (
        "transfer, owner approves",
        "Internal transfer that the present owner approves after a third of the review time.",
        Behavior(eligible_status=HOSTED_ELSEWHERE, orderable=True, owner="approves"),
    ),
    (
        "transfer, owner rejects",
        "Internal transfer that the present owner rejects after a third of the review time; the order ends `failed`.",
        Behavior(eligible_status=HOSTED_ELSEWHERE, orderable=True, owner="rejects"),
    ),
)


def _twist_rows() -> Iterator[Row]:
    for place, (name, promise, behavior) in enumerate(_TWISTS, start=3001):
        yield Row(f"+1500555{place}", name, promise, behavior)


ROWS: tuple[Row, ...] = (*_eligibility_rows(), *_order_rows(), *_number_rows(), *_twist_rows())
"""Every test number, in the order of the documentation."""

_BY_NUMBER = {row.phone_number: row.behavior for row in ROWS}


def behavior_of(phone_number: str) -> Behavior:
    """The behavior of a number: that of its row, or the ordinary one."""
    return _BY_NUMBER.get(phone_number, ORDINARY)


def render_page() -> str:
    """Render the page docs/test-numbers.md from the table."""
    lines = [
        "# Test numbers of the simulator",
        "",
        "The simulator chooses its behavior by the phone number. The numbers in this table behave as described here.",
        "Every other US number is eligible, accepts its codes and ends `successful`. If several test numbers share an",
        "order, the first one that decides about the order wins. This page is generated from the table by",
        "`python -m simulator --print-test-numbers`; a test fails when it is out of date.",
        "",
        "| number | name | what happens |",
        "|---|---|---|",
        *(f"| `{row.phone_number}` | {row.name} | {row.promise} |" for row in ROWS),
    ]
    return "\n".join(lines) + "\n"
