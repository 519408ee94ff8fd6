"""What a request says at its end is compared with the truth at Telnyx: every planted lie is found, and nothing else."""

from typing import Any

import pytest

from activities.ordering.refusals import ALREADY_HOSTED
from domain.messages import Event
from tests.tools.chaos.histories import at, order
from tests.tools.chaos.verdicts import BECAME_ACTIVE, NUMBER, OTHER, counts, end, verdict
from tools.chaos.ends import End
from tools.chaos.tally import Record

Order = dict[str, Any]


def one(*history: str, order_id: str = "o-1", since: float = 0) -> Order:
    return order(order_id, [NUMBER], "created", *history, since=since)


ACTIVE = one(*BECAME_ACTIVE[1:])
TIMED_OUT = one("number …4001 failed_timeout", "order failed")
DELETED = one("number …4001 deleted", "order deleted")
HALF = order("o-1", [NUMBER, OTHER], *BECAME_ACTIVE[:-1], "number …4002 failed_timeout", "order successful")
EMPTY = order("o-0", [], "created", "order deleted")
GAVE_UP = Record(acknowledged=True, gave_up={NUMBER})
CANCELLED = Record(acknowledged=True, cancelled=True, gave_up={NUMBER})
TRIED_TO_CANCEL = Record(acknowledged=True, tried_to_cancel=True, gave_up={NUMBER})
HOSTED = ALREADY_HOSTED
BEFORE = "The number was hosted in this account before this request (number_can_not_be_active_in_your_account)."


def deletion(order_id: str, second: float) -> dict[str, Any]:
    path = f"/v2/messaging_hosted_number_orders/{order_id}"
    return {"at": at(second).isoformat(), "method": "DELETE", "path": path, "status": 200}


def cancelled_at(seconds: float) -> Record:
    return Record(acknowledged=True, cancelled=True, cancelled_at=at(seconds))


def ended_at(seconds: float, record: Record) -> End:
    return end("failed", record=record, events=[Event(at=at(seconds), what="Ended: not active.")])


def rival(**shown: Any) -> End:
    return end("active", reference="r-2", **shown)


TRUE = {
    "left behind and named": (
        [end("given_up", record=CANCELLED, outcome="cancelled", left_behind=["The order o-1 was left."])],
        [one("number …4001 provisioning")],
    ),
    "one of two is active": ([end("active", "failed")], [HALF]),
    "a cancel that was answered": ([end("given_up", record=CANCELLED, outcome="cancelled")], [DELETED]),
    "a cancel without an answer may hold": ([end("given_up", record=TRIED_TO_CANCEL, outcome="cancelled")], [DELETED]),
    "a cancel without an answer may not": ([end("given_up", record=TRIED_TO_CANCEL)], [DELETED]),
    "a cancel after the end": ([ended_at(60, cancelled_at(61))], [TIMED_OUT]),
    "active in spite of a cancel": ([end("active", "given_up", record=CANCELLED, says="successful")], [HALF]),
    "an order without numbers": ([end("active", order_ids=["o-0", "o-1"])], [EMPTY, ACTIVE]),
    "a rival finds it hosted": ([end("active"), rival(order_ids=[], because=HOSTED, says="eligible")], [ACTIVE]),
    "a rival finds it hosted before": ([end("active"), rival(order_ids=[], because=BEFORE, says="eligible")], [ACTIVE]),
}
UNTRUE = {
    "shown as active": ([end("active")], [TIMED_OUT]),
    "no final state": ([end("in_review")], [DELETED]),
    "an outcome that does not fit its numbers": ([end("active", "failed", outcome="active")], [HALF]),
    "left behind and not named": ([end("given_up", record=CANCELLED, outcome="cancelled")], [one()]),
    "another order is named": ([end("given_up", record=GAVE_UP, left_behind=["Order o-7 was left."])], [ACTIVE]),
    "expired": ([end("failed", outcome="expired")], [TIMED_OUT]),
    "cancelled by no one": ([end("failed", outcome="cancelled")], [TIMED_OUT]),
    "a cancel that was answered and does not hold": ([end("given_up", record=CANCELLED)], [DELETED]),
    "a cancel before the end": ([ended_at(60, cancelled_at(59))], [TIMED_OUT]),
    "the status of an older order": (
        [end("failed", order_ids=["o-0", "o-1"])],
        [
            one("number …4001 failed_timeout", "order failed", order_id="o-0"),
            one("number …4001 failed_number_not_found", "order failed", since=10),
        ],
    ),
    "an order that never was": ([end("active", order_ids=["o-1", "o-8"])], [ACTIVE]),
    "active in the order of a rival": (
        [end("active"), rival(order_ids=["o-2"])],
        [one("order failed", order_id="o-2"), one(*BECAME_ACTIVE[1:], since=10)],
    ),
    "hosted already, and active nowhere": ([rival(order_ids=[], because=HOSTED, says="eligible")], []),
    "active with another status": ([end("active", says="provisioning")], [ACTIVE]),
    "given up by a person and shown as left out": ([end("left_out", order_ids=[], record=GAVE_UP)], []),
}


@pytest.mark.parametrize("claim", TRUE)
def test_the_truth_is_no_case(claim: str) -> None:
    ends, orders = TRUE[claim]
    assert verdict(ends, *orders).cases == []


@pytest.mark.parametrize("claim", UNTRUE)
def test_a_lie_is_one_case(claim: str) -> None:
    ends, orders = UNTRUE[claim]
    assert counts(verdict(ends, *orders)) == (0, 0, 1, 0, 0)


@pytest.mark.parametrize("state", ["given_up", "failed", "rejected", "left_out"])
def test_any_other_end_of_an_active_number_or_of_one_without_a_reason_is_untrue(state: str) -> None:
    for ends, orders in (([end(state, record=GAVE_UP)], [ACTIVE]), ([end(state, order_ids=[])], [])):
        assert counts(verdict(ends, *orders)) == (0, 0, 1, 0, 0)


@pytest.mark.parametrize("shown", ["rejected", "failed"])
@pytest.mark.parametrize("status", ["failed_carrier_rejected", "failed_number_not_found", "failed_timeout", "deleted"])
def test_a_number_was_rejected_or_failed_by_its_last_status(shown: str, status: str) -> None:
    truth = one(f"number …4001 {status}", "order failed")
    true = (shown == "rejected") == (status == "failed_carrier_rejected")
    assert counts(verdict([end(shown, says=status)], truth)) == (0, 0, 0 if true else 1, 0, 0)
    assert counts(verdict([end(shown, says="failed_another")], truth)) == (0, 0, 1, 0, 0)


@pytest.mark.parametrize(
    ("state", "history"),
    [
        ("rejected", ("number …4001 failed", "order carrier_rejected")),
        ("failed", ("number …4001 failed_timeout", "number …4001 deleted", "order deleted")),
        ("failed", ("number …4001 deleted", "order deleted")),
    ],
)
def test_the_status_before_the_order_ended_is_true(state: str, history: tuple[str, ...]) -> None:
    assert verdict([end(state, says=history[0].split()[-1])], one(*history)).cases == []


def test_a_number_did_not_fail_if_this_program_deleted_its_order() -> None:
    shown, ours = end("failed", says="deleted"), [deletion("o-1", 0.5)]
    assert counts(verdict([shown], DELETED, calls=ours)) == (0, 0, 1, 0, 0)
    assert verdict([shown], DELETED, calls=[deletion("o-1", 60), deletion("o-7", 0.5)]).cases == [], "later, or another"
    assert verdict([end("failed", says="pending", record=GAVE_UP)], DELETED, calls=ours).cases == []
