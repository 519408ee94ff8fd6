"""Which test number plays which word of Telnyx."""

from simulator.behavior import Behavior
from simulator.statuses import ELIGIBLE
from simulator.test_numbers import ROWS, Row


def plays(behaviour: Behavior, table: str, word: str) -> bool:
    """Whether a number that behaves so comes to a word of a table by itself."""
    eligible = behaviour.eligible_status == ELIGIBLE
    if table == "eligibility":
        return behaviour.eligible_status.casefold() == word and not behaviour.orderable
    if table == "order":
        return eligible and (behaviour.order_ends or "successful") == word
    return eligible and behaviour.order_ends is None and behaviour.number_ends == word


def cast(table: str, word: str) -> str:
    """The first test number that plays a word; the rows of the plain words come before the twists."""
    named = {"eligibility": word.upper(), "order": f"order {word}", "number": f"number {word}"}[table]
    row = next(row for row in ROWS if row.name == named)
    assert plays(row.behavior, table, word), row
    return row.phone_number


def twist(name: str) -> str:
    """The test number of a twist."""
    return one(name).phone_number


def one(name: str) -> Row:
    """The row of a name."""
    return next(row for row in ROWS if row.name == name)
