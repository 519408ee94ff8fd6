"""What became of a number is read from the history of its order alone."""

import pytest

from tests.tools.chaos.histories import at, order
from tools.chaos.truth import lives

NUMBER, OTHER = "+13125554001", "+13125554002"


@pytest.mark.parametrize(
    ("history", "ended", "over", "active"),
    [
        (("number …4001 ownership_successful", "order provisioning"), None, None, False),
        (("number …4001 successful", "order successful"), None, 1, True),  # final, but the order still holds it
        (("number …4001 failed_timeout", "number …4002 successful", "order successful"), 1, 1, False),
        (("number …4002 successful", "order failed"), 2, 2, False),
    ],
)
def test_when_a_number_ended(history: tuple[str, ...], ended: int | None, over: int | None, *, active: bool) -> None:
    life, _ = lives([order("o-1", [NUMBER, OTHER], "created", *history)])
    assert life.active is active
    assert (life.ended, life.over) == tuple(None if second is None else at(second) for second in (ended, over))


def test_a_number_that_is_active_stays_so_when_its_order_fails() -> None:
    _, good = lives([order("o-1", [NUMBER, OTHER], "created", "number …4002 successful", "order failed")])
    assert (good.active, good.ended) == (True, None)


def test_an_active_number_that_was_deleted_was_switched_off() -> None:
    history = ("created", "number …4001 successful", "number …4001 deleted", "order deleted")
    [life] = lives([order("o-1", [NUMBER], *history)])
    assert (life.active, life.switched_off, life.ended) == (False, at(2), at(2))
