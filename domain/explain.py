"""What any of Telnyx's words means, for people: the three tables read together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from domain.eligibility_statuses import ELIGIBILITY
from domain.number_statuses import NUMBERS
from domain.order_statuses import ORDERS
from domain.status_table import StatusRow

TableName = Literal["eligibility", "order", "number"]

TABLES: Mapping[TableName, Mapping[str, StatusRow[Any]]] = {
    "eligibility": ELIGIBILITY,
    "order": ORDERS,
    "number": NUMBERS,
}


@dataclass(frozen=True)
class Explanation:
    """One word in one table, in sentences."""

    table: TableName
    word: str
    meaning: str
    whose_move: str
    guidance: str


def explain(word: str) -> list[Explanation]:
    """What a word means in each table that knows it; empty when none does. Case does not matter."""
    wanted = word.strip().casefold()
    rows = ((name, table[wanted]) for name, table in TABLES.items() if wanted in table)
    return [Explanation(name, row.status, row.meaning, row.whose_move, row.guidance) for name, row in rows]
