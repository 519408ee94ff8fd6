"""Truth is read from the history of orders alone."""

from tests.tools.chaos.histories import at, order
from tools.chaos.truth import lives

NUMBER, OTHER = "+13125554001", "+13125554002"


def test_a_number_that_may_still_become_active_has_no_end() -> None:
    (life,) = lives([order("o-1", [NUMBER], "created", "number …4001 ownership_successful", "order provisioning")])
    assert (life.ended, life.over, life.active) == (None, None, False)


def test_success_is_the_last_word_and_not_the_end_of_the_hold() -> None:
    (life,) = lives([order("o-1", [NUMBER], "created", "number …4001 successful", "order successful")])
    assert life.active
    assert life.over == at(1)
    assert life.ended is None


def test_a_failed_number_ends_although_its_order_goes_on() -> None:
    history = ("created", "number …4001 failed_timeout", "number …4002 successful", "order successful")
    failed, good = lives([order("o-1", [NUMBER, OTHER], *history)])
    assert (failed.ended, good.ended) == (at(1), None)


def test_a_failed_order_ends_whatever_was_not_active_in_it() -> None:
    failed, good = lives([order("o-1", [NUMBER, OTHER], "created", "number …4002 successful", "order failed")])
    assert (failed.ended, good.ended) == (at(2), None)


def test_a_deleted_number_that_was_active_was_switched_off() -> None:
    (life,) = lives(
        [order("o-1", [NUMBER], "created", "number …4001 successful", "number …4001 deleted", "order deleted")]
    )
    assert not life.active
    assert life.switched_off == at(2)
    assert life.ended == at(2)
