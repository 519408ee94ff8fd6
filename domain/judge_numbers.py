"""What a Telnyx order, as read just now, means for one number in it.

The tables say what each status means. This module says how the order's status, the number's own status and what the
request already knows go together:

1. A number's own final status wins. Only a deleted order overrules it, because Telnyx then removes its numbers too.
2. `failed` is the only final status without a reason. An order that ended with it may give the reason.
3. An open status (above all `pending`) never takes back what is known. It lets the order's status decide.
"""

from domain.number_statuses import NumberKind
from domain.order_snapshot import OrderSnapshot
from domain.order_statuses import OrderKind
from domain.status_table import StatusRow
from domain.verdicts import NumberVerdict
from domain.vocabulary import Next, NumberState

_FINAL_STATES = {
    NumberKind.ACTIVE: NumberState.ACTIVE,
    NumberKind.REJECTED: NumberState.REJECTED,
    NumberKind.CLOSED: NumberState.FAILED,
    NumberKind.FIXABLE: NumberState.FAILED,
    NumberKind.TIMED_OUT: NumberState.FAILED,
}
_NEW_ORDER = {NumberKind.TIMED_OUT: Next.AGAIN, NumberKind.FIXABLE: Next.ASK}
"""Where a new order is the remedy: at once, or after a person says so."""

_ENDED_BY_ORDER = {OrderKind.REJECTED: NumberState.REJECTED, OrderKind.CLOSED: NumberState.FAILED}
"""What an ended order makes of a number whose own status says no more."""

NOT_LISTED = "The order no longer lists this number."
_WITHOUT_REASON = "failed"

_PROGRESS = {
    NumberState.UNVERIFIED: "The number waits for its ownership code ({status}).",
    NumberState.VERIFIED: "The number's ownership is verified; the documents are next ({status}).",
    NumberState.IN_REVIEW: "Telnyx and the losing carrier are reviewing the number ({status}).",
}


def judge_number(
    order: OrderSnapshot, phone_number: str, known: NumberState, *, documents_given: bool
) -> NumberVerdict:
    """Turn what an order says about one number into the number's verdict.

    Args:
        order: the order as read just now.
        phone_number: a number that is still under way.
        known: what the request knows of the number.
        documents_given: whether the documents were uploaded since Telnyx last asked for them.
    """
    row, order_row = order.number_row(phone_number), order.row
    status = order.numbers.get(phone_number, "")
    if order_row and order_row.kind is OrderKind.DELETED:
        return NumberVerdict(state=NumberState.FAILED, status=status, because=order_row.advice("order"))
    if row is None:
        return _judge_unknown(order, phone_number, known)
    ended_by_order = _ENDED_BY_ORDER.get(order_row.kind) if order_row else None
    if row.kind in _FINAL_STATES and not (ended_by_order and status == _WITHOUT_REASON):
        return _judge_final(row)
    if order_row and ended_by_order:
        return NumberVerdict(state=ended_by_order, status=status, because=order_row.advice("order"))
    return _judge_open(row, known, order.kind, documents_given=documents_given)


def _judge_unknown(order: OrderSnapshot, phone_number: str, known: NumberState) -> NumberVerdict:
    """Judge a number without a status that a table knows; if the order lists it, it is at least in the order."""
    if phone_number not in order.numbers:
        return NumberVerdict(state=known, because=NOT_LISTED)
    status = order.numbers[phone_number]
    because = (
        f"Telnyx reports the status {status!r} for this number, which this program does not know."
        if status
        else "The order lists this number without a status."
    )
    state = NumberState.UNVERIFIED if known is NumberState.NEW else known
    return NumberVerdict(state=state, status=status, because=because)


def _judge_final(row: StatusRow[NumberKind]) -> NumberVerdict:
    return NumberVerdict(
        state=_FINAL_STATES[row.kind],
        status=row.status,
        because=row.advice("number"),
        next=_NEW_ORDER.get(row.kind, Next.WAIT),
    )


def _judge_open(
    row: StatusRow[NumberKind], known: NumberState, order: OrderKind | None, *, documents_given: bool
) -> NumberVerdict:
    state = _state_by_order(_state_by_own_status(row.kind, known), order, documents_given=documents_given)
    because = _PROGRESS[state].format(status=row.status)
    if order is OrderKind.DONE:
        because = f"The order is complete, but Telnyx still reports {row.status!r} for this number."
    return NumberVerdict(state=state, status=row.status, because=because)


def _state_by_own_status(kind: NumberKind, known: NumberState) -> NumberState:
    """Move what is known on by the number's own status."""
    if kind is NumberKind.IN_REVIEW:
        return NumberState.IN_REVIEW
    unverified = known in {NumberState.NEW, NumberState.UNVERIFIED}
    if unverified:
        return NumberState.VERIFIED if kind is NumberKind.VERIFIED else NumberState.UNVERIFIED
    return known


def _state_by_order(state: NumberState, order: OrderKind | None, *, documents_given: bool) -> NumberState:
    """Move an open number on, or back to its documents, by the order's status."""
    if order in {OrderKind.IN_REVIEW, OrderKind.DONE}:
        return NumberState.IN_REVIEW
    if order is OrderKind.DOCUMENTS and state is NumberState.IN_REVIEW:
        return NumberState.VERIFIED
    if order is OrderKind.OPEN and state is NumberState.VERIFIED and documents_given:
        return NumberState.IN_REVIEW
    return state
