"""Orders from before a chaos run: the judge looks past them, unless something touched them."""

import copy

from tests.tools.chaos.histories import order
from tests.tools.chaos.verdicts import NUMBER, OTHER
from tools.chaos import existing_orders

BEFORE = order("o-1", [NUMBER], "created")
NEW = order("o-2", [OTHER], "created")


def test_orders_that_are_as_they_were_are_no_case_and_no_orders_of_the_run() -> None:
    assert existing_orders.split([BEFORE], [copy.deepcopy(BEFORE), NEW]) == ([NEW], [])


def test_an_order_from_before_that_was_changed_or_is_missing_is_a_case() -> None:
    changed = order("o-1", [NUMBER], "created", "order deleted") | {"status": "deleted"}
    for after in ([changed, NEW], [NEW]):
        new, [case] = existing_orders.split([BEFORE], after)
        assert (new, case.order_id, case.phone_number) == ([NEW], "o-1", NUMBER)
