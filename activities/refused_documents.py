"""A refusal of documents that stands: right after an upload an order may keep the status that refused the last ones.

Such a status says nothing about the new documents. It counts as a new refusal only after a change:

- the order has another status;
- Telnyx says that the order changed (`updated_at`, where Telnyx gives it);
- a webhook about the order says that it was refused after the upload;
- the business time of a review has passed (the watch counts it).

What was known before is kept as one text: the digest of the question, and `updated_at` as the upload found it.
"""

from dataclasses import replace

from activities.order_state import digest_question, judge, wants_documents
from domain.activity_io import CurrentOrder, OrderVerdict, WatchOrder
from domain.order_snapshot import OrderSnapshot

_AT = "@"
_PENDING = "pending"


def describe_refusal(order: OrderSnapshot, current: CurrentOrder) -> str:
    """What of an order refuses the documents before those that were just uploaded; empty when nothing does."""
    if not wants_documents(order):
        return ""
    question = digest_question(order, judge(order, current))
    return f"{question}{_AT}{order.updated_at}" if order.updated_at else question


def is_standing_refusal(order: OrderSnapshot, work: WatchOrder) -> bool:
    """Whether an order refuses documents exactly as it did when the present ones were uploaded."""
    if not work.papers_given or work.refused_again:
        return False
    found, _, updated_at = describe_refusal(order, work).partition(_AT)
    # A version before kept what was known in `digest`.
    known, _, known_updated_at = (work.known_refusal or work.digest).partition(_AT)
    changed = updated_at and known_updated_at and updated_at != known_updated_at
    return bool(found) and found == known and not changed


def judge_standing(order: OrderSnapshot, current: CurrentOrder) -> OrderVerdict:
    """Judge an order whose refusal stands, as if it waited for the review."""
    verdict = judge(replace(order, status=_PENDING), current)
    if isinstance(current, WatchOrder) and not current.known_refusal:
        return verdict.model_copy(update={"digest": current.digest})
    return verdict
