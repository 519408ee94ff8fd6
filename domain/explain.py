"""Explains any of Telnyx's statuses to a person, from the three tables together, and our own words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from domain.eligibility_statuses import ELIGIBILITY
from domain.number_statuses import NUMBERS
from domain.order_statuses import ORDERS
from domain.own_words import OwnWord, explain_own, own_words
from domain.pasted_text import clean
from domain.status_table import StatusRow
from domain.text import nearest

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
    wanted = _plain(status)
    rows = ((name, table[wanted]) for name, table in TABLES.items() if wanted in table)
    return [Explanation(name, row.status, row.meaning, row.whose_move, row.guidance) for name, row in rows]


def explain_ours(word: str) -> list[OwnWord]:
    """Explain a word of our own, in any case and with spaces or underscores; the list is empty when it is none."""
    return explain_own(_plain(word).replace(" ", "_"))


def suggest(word: str) -> str | None:
    """The word that was probably meant by one that is in no table."""
    return nearest(
        _plain(word).replace(" ", "_"), {*own_words(), *(known for table in TABLES.values() for known in table)}
    )


def _plain(word: str) -> str:
    return clean(word).casefold()
