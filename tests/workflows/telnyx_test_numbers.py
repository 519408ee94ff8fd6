"""Which test number of the simulator leads to which status of Telnyx."""

from simulator.behavior import Behavior
from simulator.statuses import ELIGIBLE
from simulator.test_numbers import ROWS


def leads_to(behavior: Behavior, table: str, status: str) -> bool:
    """Whether a number that behaves so reaches a status of a table by itself."""
    eligible = behavior.eligible_status == ELIGIBLE
    if table == "eligibility":
        return behavior.eligible_status.casefold() == status and not behavior.orderable
    if table == "order":
        return eligible and (behavior.order_ends or "successful") == status
    return eligible and behavior.order_ends is None and behavior.number_ends == status


def number_for(table: str, status: str) -> str:
    """The test number that leads to a status of a table: `eligibility`, `order` or `number`."""
    name = {"eligibility": status.upper(), "order": f"order {status}", "number": f"number {status}"}[table]
    row = next(row for row in ROWS if row.name == name)
    assert leads_to(row.behavior, table, status), row
    return row.phone_number


def number_named(name: str) -> str:
    """The test number of this name in the simulator's table."""
    return next(row.phone_number for row in ROWS if row.name == name)
