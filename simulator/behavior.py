"""How a number behaves where it differs from an ordinary number, which is eligible and succeeds."""

from dataclasses import dataclass
from typing import Literal

from simulator.statuses import ELIGIBLE

Owner = Literal["approves", "rejects", "says nothing"]


@dataclass(frozen=True, slots=True)
class Behavior:
    """The behavior of one number; an ordinary number has all the defaults.

    Attributes:
        eligible_status: what the eligibility check answers.
        orderable: whether an order is accepted although the check says otherwise.
        order_ends: the status in which an order with this number ends.
        number_ends: the status in which the number ends after the review.
        bad_endings: in how many orders the number ends so before it succeeds; None means always.
        first_documents: the status with which the first upload of the order is refused.
        code_error: the error in the 2xx answer to a code request.
        silent: the methods by which a code never arrives.
        first_code_rejected: the first submitted code is rejected, even the correct one.
        verified_before: ownership is already verified when the order is created.
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
