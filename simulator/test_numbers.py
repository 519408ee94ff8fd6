"""The test numbers: numbers beginning +1500555 whose fate is known beforehand, like a payment provider's cards.

One row for every eligibility word (`+15005550…`), every word an order can end in (`+15005551…`), every word a number
can end in (`+15005552…`) and every twist (`+15005553…`). Every other US number takes the plain way and succeeds. Where
several test numbers share an order, the first one that has a say about the order decides it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

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

Owner = Literal["approves", "rejects", "says nothing"]


@dataclass(frozen=True, slots=True)
class Behavior:
    """How one number departs from the plain way; a number without a row has all the defaults.

    Attributes:
        eligible_status: what the eligibility check answers.
        orderable: whether an order is accepted although the check says otherwise.
        order_ends: the word that an order with this number ends in.
        number_ends: the word that the number ends in after the review.
        bad_endings: in how many orders the number ends so before it succeeds; None means always.
        first_documents: the word with which the first upload of the order is refused.
        code_error: the error in the 2xx answer to a code request.
        silent: the methods by which a code never arrives.
        first_code_rejected: the first code handed in is rejected, even the right one.
        verified_before: ownership is already proved when the order is made.
        owner: what the present owner does in an internal transfer.
    """

    eligible_status: str = ELIGIBLE
    orderable: bool = False
    order_ends: str | None = None
    number_ends: str = "successful"
    bad_endings: int | None = None
    first_documents: str | None = None
    code_error: str | None = None
    silent: tuple[str, ...] = ()
    first_code_rejected: bool = False
    verified_before: bool = False
    owner: Owner | None = None


PLAIN = Behavior()


@dataclass(frozen=True, slots=True)
class Row:
    """One test number: what it is called, what it promises in a sentence, and how it behaves."""

    phone_number: str
    name: str
    promise: str
    behavior: Behavior


def _eligibility_rows() -> Iterator[Row]:
    for place, word in enumerate(ELIGIBILITY_STATUSES, start=1):
        promise = f"The eligibility check answers `{word}`" + ("." if word == ELIGIBLE else "; an order is refused.")
        yield Row(f"+1500555{place:04}", word, promise, Behavior(eligible_status=word))


def _order_promise(word: str) -> str:
    if word == "pending":
        return "The order stays `pending` for ever, whatever is uploaded."
    if word in DOCUMENTS_REFUSED:
        return f"Every upload is refused: the order goes to `{word}` each time."
    if word in {"loa_file_successful", "provisioning"}:
        return f"The order stays `{word}` for ever."
    if word == "successful":
        return "The order ends `successful`, as any other."
    if word == "deleted":
        return "The order is deleted in the portal during the review."
    return f"The order ends `{word}` during the review."


def _order_rows() -> Iterator[Row]:
    for place, word in enumerate(ORDER_STATUSES, start=1001):
        ends = None if word == "successful" else word
        yield Row(f"+1500555{place}", f"order {word}", _order_promise(word), Behavior(order_ends=ends))


def _number_rows() -> Iterator[Row]:
    for place, word in enumerate(NUMBER_STATUSES, start=2001):
        over = word not in {"pending", "ownership_successful", "provisioning"}
        rest = "" if over else ", so its order stays `provisioning`"
        promise = f"The number ends `{word}` in every order{rest}; the others of its order succeed."
        yield Row(f"+1500555{place}", f"number {word}", promise, Behavior(number_ends=word))


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
        "The first code handed in is `rejected`, even the right one.",
        Behavior(first_code_rejected=True),
    ),
    (
        "already verified",
        "Ownership is proved from the start: a code handed in answers `already_verified`.",
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
        f"The order goes to `{UNKNOWN_STATUS}`, which no document lists, for ever.",
        Behavior(order_ends=UNKNOWN_STATUS),
    ),
    (
        "unknown number word",
        f"The number goes to `{UNKNOWN_STATUS}`, which no document lists, for ever. Its order stays `provisioning`.",
        Behavior(number_ends=UNKNOWN_STATUS),
    ),
    (
        "unknown eligibility word",
        f"The eligibility check answers `{UNKNOWN_ELIGIBILITY}`, which no document lists; an order is refused.",
        Behavior(eligible_status=UNKNOWN_ELIGIBILITY),
    ),
    ("provisioning for ever", "The order stays `provisioning` for ever.", Behavior(order_ends="provisioning")),
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
    """How a number behaves: its row of the table, or the plain way."""
    return _BY_NUMBER.get(phone_number, PLAIN)


def render_page() -> str:
    """The page `docs/test-numbers.md`, made from the table."""
    lines = [
        "# Test numbers of the simulator",
        "",
        "The simulator chooses its behavior by the phone number. These numbers have a fate of their own; every other",
        "US number is eligible, takes its codes and ends `successful`. Where several test numbers share an order, the",
        "first one that has a say about the order decides it. This page is made from the table by",
        "`python -m simulator --print-test-numbers`; a test fails when it is out of date.",
        "",
        "| number | name | what happens |",
        "|---|---|---|",
        *(f"| `{row.phone_number}` | {row.name} | {row.promise} |" for row in ROWS),
    ]
    return "\n".join(lines) + "\n"
