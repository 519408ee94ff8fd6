"""The judge of a chaos run is not blind: every kind of wrong that is planted is counted, and nothing else is."""

import dataclasses

import pytest

from domain.accounts import AccountProgress
from domain.messages import AskView
from tests.tools.chaos.histories import order
from tests.tools.chaos.verdicts import BECAME_ACTIVE, NUMBER, OTHER, counts, end, verdict
from tools.chaos import judge
from tools.chaos.ends import UNKNOWN, End
from tools.chaos.tally import Record
from tools.chaos.truth import by_number, lives


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


@pytest.mark.parametrize("status", ["RUNNING", "TERMINATED", "FAILED", "TIMED_OUT", UNKNOWN])
def test_a_request_without_a_result_is_lost(status: str) -> None:
    lost = dataclasses.replace(end("active", status=status), shown=None)
    found = verdict([lost], order("o-1", [NUMBER], "created", "order failed"))
    assert counts(found) == (1, 0, 0, 0, 0)
    assert str(found.lost[0]) == f"r-1: its workflow is {status}"


def test_a_request_whose_start_nobody_answered_is_lost() -> None:
    never = End(end("active").planned, Record(), UNKNOWN, None)
    assert counts(verdict([never])) == (1, 0, 0, 0, 0)


def test_a_successful_number_that_was_deleted_is_counted() -> None:
    gone = order("o-1", [NUMBER], *BECAME_ACTIVE, "number …4001 deleted", "order deleted")
    given_up = Record(acknowledged=True, gave_up={NUMBER})
    found = verdict([end("given_up", record=given_up)], gone)
    assert counts(found) == (0, 0, 0, 1, 0)
    assert found.switched_off[0].phone_number == NUMBER


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


@pytest.mark.parametrize("kind", ["codes", "documents", "carrier", "choice", "transfer", "account", "support"])
def test_an_ask_of_any_kind_that_names_an_active_number_is_settled(kind: str) -> None:
    ask = AskView(id=f"{kind}-1", kind=kind, numbers=[OTHER, NUMBER])
    truth = by_number(lives([order("o-1", [NUMBER, OTHER], *BECAME_ACTIVE[:-1])]))
    assert judge.settled(ask, truth, ["o-1"])


@pytest.mark.parametrize("kind", ["codes", "choice"])
def test_an_ask_about_a_number_that_a_rival_activated_is_not_settled(kind: str) -> None:
    ask = AskView(id=f"{kind}-1", kind=kind, numbers=[NUMBER])
    assert not judge.settled(ask, by_number(lives([order("o-7", [NUMBER], *BECAME_ACTIVE)])), ["o-1"])


@pytest.mark.parametrize(("kind", "settled"), [("codes", True), ("documents", False), ("carrier", False)])
def test_an_ask_for_codes_is_settled_from_provisioning_on(kind: str, settled: bool) -> None:  # noqa: FBT001 - a row
    ask = AskView(id=f"{kind}-1", kind=kind, numbers=[NUMBER])
    history = ("created", "number …4001 ownership_successful", "number …4001 provisioning")
    assert judge.settled(ask, by_number(lives([order("o-1", [NUMBER], *history)])), ["o-1"]) is settled
    proved_alone = by_number(lives([order("o-1", [NUMBER], *history[:2])]))
    assert not judge.settled(ask, proved_alone, ["o-1"]), "lists do not tell of the proof"


@pytest.mark.parametrize("account", [None, AccountProgress(account="default", partial=True)])
def test_an_account_that_says_nothing_at_the_end_is_a_case(account: AccountProgress | None) -> None:
    found = verdict([end("active")], order("o-1", [NUMBER], *BECAME_ACTIVE), account=account)
    assert counts(found) == (0, 0, 0, 0, 1)


def test_an_active_number_in_nobodys_order_is_untrue_however_many_wanted_it() -> None:
    stray = order("o-9", [NUMBER], *BECAME_ACTIVE)
    gave_up = Record(acknowledged=True, gave_up={NUMBER})
    both = [end("given_up", order_ids=[], record=gave_up, reference=reference) for reference in ("r-1", "r-2")]
    found = verdict(both, stray)
    assert counts(found) == (0, 0, 1, 0, 0)
    assert (found.untrue[0].reference, found.untrue[0].order_id) == ("nobody's", "o-9")
    named = end("given_up", order_ids=[], record=gave_up, left_behind=["Order o-9 was left as it is."])
    assert verdict([named], stray).cases == []


def test_an_active_number_that_a_request_found_hosted_is_known_to_somebody() -> None:
    """As after a reset, when the order that activated it is forgotten."""
    found_so = end("active", order_ids=[], because="This account hosts the number already.")
    assert verdict([found_so], order("o-9", [NUMBER], *BECAME_ACTIVE)).cases == []


def test_a_live_order_is_known_to_whoever_says_that_one_with_an_unknown_id_may_stand_there() -> None:
    given_up = Record(acknowledged=True, gave_up={NUMBER})
    sentence = "An order may have been placed whose id is not known: look for these numbers in the Telnyx portal."
    says = end("given_up", order_ids=[], record=given_up, left_behind=[sentence])
    assert verdict([says], order("o-9", [NUMBER], "created")).cases == []
    assert counts(verdict([says], order("o-9", [OTHER], "created"))) == (0, 0, 1, 0, 0), "another's number"
    knows = dataclasses.replace(
        says, shown=says.shown.model_copy(update={"order_ids": ["o-9"]}) if says.shown else None
    )
    assert counts(verdict([knows], order("o-9", [NUMBER], "created"))) == (0, 0, 1, 0, 0), "its id is known"
