"""The judge of a chaos run is not blind: every kind of wrong that is planted is counted, and nothing else is."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import pytest

from chaos import judge, plan
from chaos.judge import COMPLETED, End, Judgement, judged
from chaos.tally import Record
from chaos.truth import by_number, lives
from domain.accounts import AccountProgress
from domain.messages import AskView, NumberProgress, Progress
from tests.chaos.histories import order

NUMBER, OTHER = "+13125554001", "+13125554002"
BECAME_ACTIVE = ("created", "number …4001 ownership_successful", "number …4001 successful", "order successful")
PLAIN = plan.drawn(1, 1).requests[0]


def end(*states: str, status: str = COMPLETED, record: Record | None = None, **shown: Any) -> End:
    """How a request for as many numbers as there are states ended; its order is `o-1`."""
    numbers = (NUMBER, OTHER)[: len(states)]
    planned = dataclasses.replace(
        PLAIN, reference="r-1", phone_numbers=numbers, all_or_nothing=False, internal_transfer=False
    )
    active = [state == "active" for state in states]
    fitting = "active" if all(active) else "partly_active" if any(active) else "not_active"
    rows = [NumberProgress(phone_number=n, state=s) for n, s in zip(numbers, states, strict=True)]
    progress = Progress(**{"reference": "r-1", "outcome": fitting, "order_ids": ["o-1"], "numbers": rows} | shown)
    return End(planned, record or Record(acknowledged=True), status, progress)


def verdict(ends: Sequence[End], *orders: dict[str, Any], account: AccountProgress | None = None) -> Judgement:
    return judged(ends, lives(orders), account, [])


def counts(found: Judgement) -> tuple[int, int, int, int, int]:
    return len(found.lost), len(found.doubled), len(found.untrue), len(found.switched_off), len(found.asks)


def test_a_request_that_ended_as_it_is_at_telnyx_is_no_case() -> None:
    assert verdict([end("active")], order("o-1", [NUMBER], *BECAME_ACTIVE)).cases == []


def test_two_orders_one_after_the_other_are_no_case() -> None:
    first = order("o-0", [NUMBER], "created", "number …4001 failed_timeout", "order failed")
    second = order("o-1", [NUMBER], *BECAME_ACTIVE, since=10)
    assert verdict([end("active", order_ids=["o-0", "o-1"])], first, second).cases == []


@pytest.mark.parametrize("later", [0.5, 2.5, 60])
def test_an_order_beside_a_live_or_active_one_is_doubled(later: float) -> None:
    first = order("o-1", [NUMBER], *BECAME_ACTIVE)
    second = order("o-2", [NUMBER], "created", "order failed", since=later)
    found = verdict([end("active")], first, second)
    assert counts(found) == (0, 1, 0, 0, 0)
    case = found.doubled[0]
    assert (case.reference, case.phone_number, case.order_id) == ("r-1", NUMBER, "o-2")


@pytest.mark.parametrize("status", ["RUNNING", "TERMINATED", "FAILED", "TIMED_OUT", judge.UNKNOWN])
def test_a_request_without_a_result_is_lost(status: str) -> None:
    lost = dataclasses.replace(end("active", status=status), shown=None)
    found = verdict([lost], order("o-1", [NUMBER], "created", "order failed"))
    assert counts(found) == (1, 0, 0, 0, 0)
    assert str(found.lost[0]) == f"r-1: its workflow is {status}"


def test_a_request_whose_start_nobody_answered_is_lost() -> None:
    never = End(end("active").planned, Record(), judge.UNKNOWN, None)
    assert counts(verdict([never])) == (1, 0, 0, 0, 0)


def test_a_successful_number_that_was_deleted_is_counted() -> None:
    gone = order("o-1", [NUMBER], *BECAME_ACTIVE, "number …4001 deleted", "order deleted")
    given_up = Record(acknowledged=True, gave_up={NUMBER})
    found = verdict([end("given_up", record=given_up)], gone)
    assert counts(found) == (0, 0, 0, 1, 0)
    assert found.switched_off[0].phone_number == NUMBER


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
    both = order("o-1", [NUMBER, OTHER], *BECAME_ACTIVE[:-1], "number …4002 failed", "order successful")
    assert verdict([end("active", "failed")], both).cases == []
    assert counts(verdict([end("active", "failed", outcome="active")], both)) == (0, 0, 1, 0, 0)


def test_a_live_order_that_no_request_knows_is_untrue() -> None:
    stray = order("o-9", [OTHER], "created")
    found = verdict([end("active")], order("o-1", [NUMBER], *BECAME_ACTIVE), stray)
    assert counts(found) == (0, 0, 1, 0, 0)
    assert (found.untrue[0].reference, found.untrue[0].order_id) == ("nobody's", "o-9")


def test_an_ask_of_a_closed_request_is_left_open() -> None:
    ended = end("active", asks=[AskView(id="codes-1", kind="codes", numbers=[NUMBER])])
    assert counts(verdict([ended], order("o-1", [NUMBER], *BECAME_ACTIVE))) == (0, 0, 0, 0, 1)


def test_an_account_that_still_waits_for_its_owner_is_left_open() -> None:
    account = AccountProgress(account="default", stopped=True, waiting=["r-1"])
    found = verdict([end("active")], order("o-1", [NUMBER], *BECAME_ACTIVE), account=account)
    assert counts(found) == (0, 0, 0, 0, 1)


def test_an_ask_is_settled_once_all_its_numbers_had_their_last_word() -> None:
    ask = AskView(id="codes-1", kind="codes", numbers=[NUMBER, OTHER])
    half = order("o-1", [NUMBER, OTHER], "created", "number …4001 failed")
    whole = order("o-1", [NUMBER, OTHER], "created", "number …4001 failed", "number …4002 deleted")
    assert not judge.settled(ask, by_number(lives([half])), ["o-1"])
    assert judge.settled(ask, by_number(lives([whole])), ["o-1"])


def test_an_ask_about_a_new_order_is_not_settled_by_the_old_one() -> None:
    ask = AskView(id="codes-2", kind="codes", numbers=[NUMBER])
    old = order("o-1", [NUMBER], "created", "number …4001 failed_timeout", "order failed")
    new = order("o-2", [NUMBER], "created", since=10)
    assert not judge.settled(ask, by_number(lives([old, new])), ["o-1", "o-2"])


def test_a_live_order_that_a_request_names_as_left_behind_is_no_case() -> None:
    stray = order("o-9", [OTHER], "created")
    one = end("active", left_behind=["Telnyx already has open orders with some of these numbers: o-9 (pending)."])
    assert verdict([one], order("o-1", [NUMBER], *BECAME_ACTIVE), stray).cases == []
