"""The judge of a chaos run finds every kind of planted error, and nothing else."""

import dataclasses

import pytest

from activities.ordering.refusals import ALREADY_HOSTED
from domain.accounts import AccountProgress
from domain.messages import AskView
from domain.vocabulary import AskKind
from tests.tools.chaos.histories import order
from tests.tools.chaos.verdicts import BECAME_ACTIVE, NUMBER, OTHER, counts, end, verdict
from tools.chaos import judge
from tools.chaos.ends import UNKNOWN, End
from tools.chaos.tally import Record
from tools.chaos.truth import by_number, lives

ACTIVE = order("o-1", [NUMBER], *BECAME_ACTIVE)
GAVE_UP = Record(acknowledged=True, gave_up={NUMBER})
STRAY = order("o-9", [OTHER], "created")


def ask(kind: str, *numbers: str) -> AskView:
    return AskView(id=f"{kind}-1", kind=kind, numbers=list(numbers))


def test_a_request_that_ended_as_at_telnyx_is_no_case() -> None:
    assert verdict([end("active")], ACTIVE).cases == []


def test_two_orders_one_after_the_other_are_no_case() -> None:
    first = order("o-0", [NUMBER], "created", "number …4001 failed_timeout", "order failed")
    second = order("o-1", [NUMBER], *BECAME_ACTIVE, since=10)
    assert verdict([end("active", order_ids=["o-0", "o-1"])], first, second).cases == []


@pytest.mark.parametrize("later", [0.5, 2.5, 60])
def test_an_order_beside_a_live_or_active_one_is_doubled(later: float) -> None:
    found = verdict([end("active")], ACTIVE, order("o-2", [NUMBER], "created", "order failed", since=later))
    assert counts(found) == (0, 1, 0, 0, 0)
    [case] = found.doubled
    assert (case.reference, case.phone_number, case.order_id) == ("r-1", NUMBER, "o-2")


@pytest.mark.parametrize("status", ["RUNNING", "TERMINATED", "FAILED", "TIMED_OUT", UNKNOWN])
def test_a_request_without_a_result_is_lost(status: str) -> None:
    lost = dataclasses.replace(end("active", status=status), shown=None)
    found = verdict([lost], order("o-1", [NUMBER], "created", "order failed"))
    assert counts(found) == (1, 0, 0, 0, 0)
    assert status in str(found.lost[0])


def test_a_request_whose_start_was_never_answered_is_lost() -> None:
    assert counts(verdict([End(end("active").planned, Record(), UNKNOWN, None)])) == (1, 0, 0, 0, 0)


def test_an_active_number_that_was_deleted_is_counted() -> None:
    gone = order("o-1", [NUMBER], *BECAME_ACTIVE, "number …4001 deleted", "order deleted")
    found = verdict([end("given_up", record=GAVE_UP)], gone)
    assert counts(found) == (0, 0, 0, 1, 0)
    assert found.switched_off[0].phone_number == NUMBER


def test_a_live_order_must_be_known_to_a_request_or_named_as_left_behind() -> None:
    found = verdict([end("active")], ACTIVE, STRAY)
    assert counts(found) == (0, 0, 1, 0, 0)
    assert found.untrue[0].order_id == "o-9"
    named = end("active", left_behind=["Telnyx already has open orders with some of these numbers: o-9 (pending)."])
    assert verdict([named], ACTIVE, STRAY).cases == []


def test_an_active_number_must_be_known_to_one_of_the_requests_that_ask_for_it() -> None:
    stray = order("o-9", [NUMBER], *BECAME_ACTIVE)
    both = [end("given_up", order_ids=[], record=GAVE_UP, reference=reference) for reference in ("r-1", "r-2")]
    assert counts(verdict(both, stray)) == (0, 0, 1, 0, 0)
    named = end("given_up", order_ids=[], record=GAVE_UP, left_behind=["Order o-9 was left as it is."])
    hosted = end("active", order_ids=[], because=ALREADY_HOSTED)  # as after a reset
    assert verdict([named], stray).cases == verdict([hosted], stray).cases == []


def test_an_order_with_an_unknown_id_excuses_only_an_unknown_order_of_its_own_numbers() -> None:
    sentence = "An order may have been placed whose id is not known: look for these numbers in the Telnyx portal."
    says = end("given_up", order_ids=[], record=GAVE_UP, left_behind=[sentence])
    knows = end("given_up", order_ids=["o-9"], record=GAVE_UP, left_behind=[sentence])
    own = order("o-9", [NUMBER], "created")
    assert verdict([says], own).cases == []
    assert counts(verdict([says], STRAY)) == counts(verdict([knows], own)) == (0, 0, 1, 0, 0)


def test_an_ask_of_a_closed_request_is_left_open() -> None:
    assert counts(verdict([end("active", asks=[ask("codes", NUMBER)])], ACTIVE)) == (0, 0, 0, 0, 1)


@pytest.mark.parametrize("state", [{"stopped": True, "waiting": ["r-1"]}, {"partial": True}, None])
def test_an_account_that_waits_for_its_owner_or_does_not_answer_is_a_case(state: dict[str, object] | None) -> None:
    account = None if state is None else AccountProgress.model_validate({"account": "default", **state})
    assert counts(verdict([end("active")], ACTIVE, account=account)) == (0, 0, 0, 0, 1)


@pytest.mark.parametrize("kind", AskKind)
def test_an_ask_of_any_kind_with_an_active_number_is_resolved_unless_a_rival_activated_it(kind: AskKind) -> None:
    truth = by_number(lives([order("o-1", [NUMBER, OTHER], *BECAME_ACTIVE[:-1])]))
    assert judge.is_resolved(ask(kind, OTHER, NUMBER), truth, ["o-1"])
    assert not judge.is_resolved(ask(kind, OTHER, NUMBER), truth, ["o-7"])


def test_an_ask_is_resolved_once_all_its_numbers_have_a_final_status_in_their_newest_order() -> None:
    history = ("created", "number …4001 failed", "number …4002 deleted")
    both = ask("codes", NUMBER, OTHER)
    half, whole = order("o-1", [NUMBER, OTHER], *history[:2]), order("o-1", [NUMBER, OTHER], *history)
    newer = order("o-2", [NUMBER], "created", since=10)
    assert not judge.is_resolved(both, by_number(lives([half])), ["o-1"])
    assert judge.is_resolved(both, by_number(lives([whole])), ["o-1"])
    assert not judge.is_resolved(both, by_number(lives([whole, newer])), ["o-1", "o-2"])


@pytest.mark.parametrize(("kind", "resolved"), [("codes", True), ("documents", False), ("carrier", False)])
def test_an_ask_for_codes_is_resolved_from_provisioning_on(kind: str, *, resolved: bool) -> None:
    history = ("created", "number …4001 ownership_successful", "number …4001 provisioning")
    truth, earlier = (by_number(lives([order("o-1", [NUMBER], *one)])) for one in (history, history[:2]))
    assert judge.is_resolved(ask(kind, NUMBER), truth, ["o-1"]) is resolved
    assert not judge.is_resolved(ask(kind, NUMBER), earlier, ["o-1"]), "lists do not show accepted codes"
