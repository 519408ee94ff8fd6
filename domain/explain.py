"""Explains any of Telnyx's statuses to a person, from the three tables together."""

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
    """One status of one table, in sentences."""

    table: TableName
    word: str
    """The status; the name of this field is part of the contract."""
    meaning: str
    whose_move: str
    guidance: str


def explain(status: str) -> list[Explanation]:
    """Explain a status in each table that has it, in any case; the list is empty when no table does."""
    wanted = status.strip().casefold()
    rows = ((name, table[wanted]) for name, table in TABLES.items() if wanted in table)
    return [Explanation(name, row.status, row.meaning, row.whose_move, row.guidance) for name, row in rows]
