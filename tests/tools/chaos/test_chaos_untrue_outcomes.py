"""What a request says at its end is compared with the truth word by word: what is planted untrue is counted."""

from datetime import timedelta
from typing import Any

import pytest

from domain.messages import Event
from tests.tools.chaos.histories import BEGAN, at, order
from tests.tools.chaos.verdicts import BECAME_ACTIVE, NUMBER, OTHER, counts, end, verdict
from tools.chaos.tally import Record

UNTRUE = (0, 0, 1, 0, 0)
TIMED_OUT = order("o-1", [NUMBER], "created", "number …4001 failed_timeout", "order failed")
DELETED = order("o-1", [NUMBER], "created", "number …4001 deleted", "order deleted")


def gave_up() -> Record:
    return Record(acknowledged=True, gave_up={NUMBER})


def deletion(order_id: str, second: float) -> dict[str, Any]:
    path = f"/v2/messaging_hosted_number_orders/{order_id}"
    return {"at": at(second).isoformat(), "method": "DELETE", "path": path, "status": 200}


def test_an_active_number_that_is_not_active_at_telnyx_is_untrue() -> None:
    failed = order("o-1", [NUMBER], "created", "number …4001 failed_timeout", "order failed")
    assert counts(verdict([end("active")], failed)) == (0, 0, 1, 0, 0)


@pytest.mark.parametrize("state", ["given_up", "failed", "rejected", "left_out"])
def test_a_number_shown_as_anything_else_while_it_is_active_is_untrue(state: str) -> None:
    record = Record(acknowledged=True, gave_up={NUMBER})
    found = verdict([end(state, record=record)], order("o-1", [NUMBER], *BECAME_ACTIVE))
    assert counts(found) == (0, 0, 1, 0, 0)
    assert "active at Telnyx" in str(found.untrue[0])


def test_what_is_left_behind_with_a_word_is_true() -> None:
    record = Record(acknowledged=True, cancelled=True)
    ended = end("given_up", record=record, outcome="cancelled", left_behind=["The order o-1 was left."])
    assert verdict([ended], order("o-1", [NUMBER], "created", "number …4001 provisioning")).cases == []


def test_what_is_left_behind_without_a_word_is_untrue() -> None:
    ended = end("given_up", record=Record(acknowledged=True, cancelled=True), outcome="cancelled")
    assert counts(verdict([ended], order("o-1", [NUMBER], "created"))) == (0, 0, 1, 0, 0)


@pytest.mark.parametrize("state", ["given_up", "failed", "rejected", "left_out"])
def test_a_number_that_nobody_and_nothing_ended_is_untrue(state: str) -> None:
    assert counts(verdict([end(state, order_ids=[])])) == (0, 0, 1, 0, 0)


def test_a_state_that_is_no_end_is_untrue() -> None:
    deleted = order("o-1", [NUMBER], "created", "number …4001 deleted", "order deleted")
    assert counts(verdict([end("in_review")], deleted)) == (0, 0, 1, 0, 0)


def test_an_outcome_that_does_not_fit_its_numbers_is_untrue() -> None:
    both = order("o-1", [NUMBER, OTHER], *BECAME_ACTIVE[:-1], "number …4002 failed_timeout", "order successful")
    assert verdict([end("active", "failed")], both).cases == []
    assert counts(verdict([end("active", "failed", outcome="active")], both)) == (0, 0, 1, 0, 0)


def test_what_is_left_behind_elsewhere_excuses_nothing() -> None:
    ended = end("given_up", record=gave_up(), left_behind=["Order o-7 was left as it is."])
    assert counts(verdict([ended], order("o-1", [NUMBER], *BECAME_ACTIVE))) == UNTRUE


def test_no_request_expires_in_a_run() -> None:
    assert counts(verdict([end("failed", outcome="expired")], TIMED_OUT)) == UNTRUE


def test_nobody_cancelled_so_it_is_not_cancelled() -> None:
    assert counts(verdict([end("failed", outcome="cancelled")], TIMED_OUT)) == UNTRUE


def test_a_cancel_that_was_answered_holds() -> None:
    cancelled = Record(acknowledged=True, cancelled=True, gave_up={NUMBER})
    assert verdict([end("given_up", record=cancelled, outcome="cancelled")], DELETED).cases == []
    assert counts(verdict([end("given_up", record=cancelled)], DELETED)) == UNTRUE


def test_a_cancel_that_nobody_answered_may_hold_or_not() -> None:
    tried = Record(acknowledged=True, tried_to_cancel=True, gave_up={NUMBER})
    for outcome in ("cancelled", "not_active"):
        assert verdict([end("given_up", record=tried, outcome=outcome)], DELETED).cases == []


@pytest.mark.parametrize(("seconds", "cases"), [(-1, 1), (1, 0)])
def test_a_cancel_after_the_end_changes_nothing(seconds: float, cases: int) -> None:
    ended = BEGAN + timedelta(minutes=1)
    late = Record(acknowledged=True, cancelled=True, cancelled_at=ended + timedelta(seconds=seconds))
    one = end("failed", record=late, events=[Event(at=ended, what="Ended: not active.")])
    assert len(verdict([one], TIMED_OUT).cases) == cases


def test_some_numbers_may_be_active_although_somebody_cancelled() -> None:
    cancelled = Record(acknowledged=True, cancelled=True)
    both = order("o-1", [NUMBER, OTHER], *BECAME_ACTIVE[:-1], "number …4002 failed_timeout", "order successful")
    assert verdict([end("active", "given_up", record=cancelled, word="successful")], both).cases == []


@pytest.mark.parametrize(
    ("state", "shown", "true"),
    [
        ("rejected", "failed_carrier_rejected", "failed_number_not_found"),
        ("rejected", "failed_number_not_found", "failed_number_not_found"),
        ("failed", "failed_timeout", "failed_number_not_found"),
        ("failed", "failed_carrier_rejected", "failed_carrier_rejected"),
        ("failed", "failed_timeout", "deleted"),
    ],
)
def test_another_word_than_the_last_one_is_untrue(state: str, shown: str, true: str) -> None:
    truth = order("o-1", [NUMBER], "created", f"number …4001 {true}", "order failed")
    assert counts(verdict([end(state, word=shown)], truth)) == UNTRUE


@pytest.mark.parametrize(
    ("state", "history"),
    [
        ("rejected", ("number …4001 failed_carrier_rejected", "order successful")),
        ("rejected", ("number …4001 failed", "order carrier_rejected")),
        ("failed", ("number …4001 failed_timeout", "order failed")),
        ("failed", ("number …4001 failed_timeout", "number …4001 deleted", "order deleted")),
        ("failed", ("number …4001 deleted", "order deleted")),
    ],
)
def test_the_word_by_which_a_number_ended_before_its_order_was_deleted_is_true(
    state: str, history: tuple[str, ...]
) -> None:
    word = history[0].split()[-1]
    assert verdict([end(state, word=word)], order("o-1", [NUMBER], "created", *history)).cases == []


def test_an_order_that_this_program_deleted_did_not_fail() -> None:
    shown = end("failed", word="deleted")
    assert counts(verdict([shown], DELETED, calls=[deletion("o-1", 0.5)])) == UNTRUE
    assert verdict([shown], DELETED, calls=[deletion("o-1", 60), deletion("o-7", 0.5)]).cases == [], "later, or another"
    anew = end("failed", word="pending", record=gave_up())
    assert verdict([anew], DELETED, calls=[deletion("o-1", 0.5)]).cases == []


def test_only_the_newest_order_of_a_request_tells_how_its_number_ended() -> None:
    first = order("o-0", [NUMBER], "created", "number …4001 failed_timeout", "order failed")
    second = order("o-1", [NUMBER], "created", "number …4001 deleted", "order deleted", since=10)
    shown = end("failed", order_ids=["o-0", "o-1"])
    assert counts(verdict([shown], first, second, calls=[deletion("o-1", 11)])) == UNTRUE


def test_a_request_that_names_an_order_which_never_was_is_untrue() -> None:
    one = end("active", order_ids=["o-1", "o-8"])
    assert counts(verdict([one], order("o-1", [NUMBER], *BECAME_ACTIVE))) == UNTRUE


def test_an_order_that_named_no_number_and_was_deleted_was_one_all_the_same() -> None:
    one = end("active", order_ids=["o-0", "o-1"])
    empty = order("o-0", [], "created", "order deleted")
    assert counts(verdict([one], empty, order("o-1", [NUMBER], *BECAME_ACTIVE, since=10))) == (0, 0, 0, 0, 0)


def test_a_rival_is_not_active_by_the_order_of_the_other() -> None:
    active, failed = order("o-1", [NUMBER], *BECAME_ACTIVE, since=10), order("o-2", [NUMBER], "created", "order failed")
    rival = end("active", reference="r-2", order_ids=["o-2"])
    assert counts(verdict([end("active"), rival], failed, active)) == UNTRUE


@pytest.mark.parametrize(
    "because",
    [
        "This account hosts the number already.",
        "The number was hosted in this account before this request (number_can_not_be_active_in_your_account).",
    ],
)
def test_a_rival_may_find_the_number_hosted(because: str) -> None:
    rival = end("active", reference="r-2", order_ids=[], because=because, word="eligible")
    assert verdict([end("active"), rival], order("o-1", [NUMBER], *BECAME_ACTIVE)).cases == []
    assert counts(verdict([rival])) == UNTRUE, "it is active nowhere"


def test_an_active_number_with_another_word_than_success_is_untrue() -> None:
    shown = end("active", word="provisioning")
    assert counts(verdict([shown], order("o-1", [NUMBER], *BECAME_ACTIVE))) == UNTRUE


def test_nobody_gives_up_a_number_to_be_left_out() -> None:
    shown = end("left_out", order_ids=[], record=gave_up())
    assert counts(verdict([shown])) == UNTRUE
