"""The table of every word in docs/process.md is whole: each word has its row, and each row names what exists."""

import importlib
import inspect
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

from domain.words import TABLES
from simulator.control import ROUTES
from simulator.test_numbers import ROWS
from tests.domain import openapi_words
from tests.workflows.casting import plays

PAGE = Path(__file__).parents[1] / "docs" / "process.md"
HEADINGS = {
    "eligibility": "### Words of the eligibility check",
    "order": "### Words of an order",
    "number": "### Words of a number in an order",
    "guide": "### Entries of the troubleshooting guide",
}
OPENAPI = {
    "eligibility": openapi_words.eligibility_words(),
    "order": openapi_words.order_words(),
    "number": openapi_words.number_words_over_rest() | openapi_words.number_words_in_webhooks(),
}
GUIDE = {
    "carrier_rejected": "order",
    "ineligible_carrier": "order",
    "failed_carrier_rejected": "number",
    "failed_number_already_hosted": "number",
    "failed_timeout": "number",
    "code not received": "",
    "LOA rejected": "",
    "not visible in portal": "",
}
"""The eight entries (Telnyx facts §10), with the table of the word that an entry is about."""

BEHAVIOURS = {row.phone_number: row.behaviour for row in ROWS}


class PathRow(NamedTuple):
    """One row of the page."""

    table: str
    word: str
    does: str
    played_by: str
    proved_by: str


def rows_of(page: str) -> Iterator[PathRow]:
    """The rows of the four tables, as they stand on the page."""
    for table, heading in HEADINGS.items():
        section = page.split(f"{heading}\n", 1)[1].split("\n#", 1)[0]
        for line in [line for line in section.splitlines() if line.startswith("|")][2:]:
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            assert len(cells) == 4, line
            yield PathRow(table, cells[0].strip("`"), cells[1], cells[2].strip("`"), cells[3].strip("`"))


PATHS = list(rows_of(PAGE.read_text(encoding="utf-8")))
EACH_ROW = pytest.mark.parametrize("row", PATHS, ids=[f"{row.table} {row.word}" for row in PATHS])


@pytest.mark.parametrize("table", OPENAPI)
def test_every_word_of_telnyx_has_exactly_one_row(table: str) -> None:
    counted = Counter(row.word for row in PATHS if row.table == table)
    assert counted == Counter(OPENAPI[table])
    assert set(counted) == {word for name, words in TABLES.items() if name == table for word in words}


def test_every_entry_of_the_guides_troubleshooting_has_exactly_one_row() -> None:
    assert Counter(row.word for row in PATHS if row.table == "guide") == Counter(list(GUIDE))


@EACH_ROW
def test_a_row_says_in_a_short_clause_what_the_program_does(row: PathRow) -> None:
    assert 0 < len(row.does) <= 110
    assert not row.does.endswith(".")


@EACH_ROW
def test_a_row_names_what_plays_it(row: PathRow) -> None:
    if not row.played_by.startswith("+"):
        assert row.word == "not visible in portal", "only what no number can play is played by hand"
        assert row.played_by in {f"{route.method} {route.path}" for route in ROUTES}
    elif row.word == "code not received":
        assert BEHAVIOURS[row.played_by].silent == ("sms", "call")
    elif row.word == "LOA rejected":
        assert BEHAVIOURS[row.played_by].order_ends == "loa_file_invalid"
    else:
        assert plays(
            BEHAVIOURS[row.played_by], GUIDE.get(row.word, "") if row.table == "guide" else row.table, row.word
        )


@EACH_ROW
def test_a_row_names_a_test_that_exists_and_takes_a_request_through_it(row: PathRow) -> None:
    module, function, case = proof_of(row)
    assert inspect.iscoroutinefunction(function)
    assert case in (cases(function) or [""]), f"the cases are {cases(function)}"
    called_for = calls_for(row) in inspect.getsource(module) or row.word in getattr(module, "OPEN", [])
    assert case == row.word if case else called_for


def proof_of(row: PathRow) -> tuple[ModuleType, Any, str]:
    """The module, the function and the case of a row's test."""
    path, _, name = row.proved_by.partition("::")
    function, _, case = name.rstrip("]").partition("[")
    assert path.startswith("workflows/test_"), "a real Temporal server is there"
    module = importlib.import_module(f"tests.{path.removesuffix('.py').replace('/', '.')}")
    return module, getattr(module, function), case


def calls_for(row: PathRow) -> str:
    """How a story calls for what plays a row."""
    name = next((one.name for one in ROWS if one.phone_number == row.played_by), "")
    table, _, word = name.partition(" ")
    if not name:
        return "numbers/{ONE}"
    if name.isupper():
        return f'cast("eligibility", "{name.casefold()}")'
    return f'cast("{table}", "{word}")' if table in OPENAPI else f'twist("{name}")'


def test_every_number_that_the_page_names_exists() -> None:
    assert set(re.findall(r"\+1500555\d{4}", PAGE.read_text(encoding="utf-8"))) <= set(BEHAVIOURS)


def cases(test: Any) -> list[str]:
    """The ids under which pytest runs a test; none when it is not parametrized."""
    marks = [mark for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
    if not marks:
        return []
    (mark,) = marks
    return [str(one) for one in mark.kwargs.get("ids") or mark.args[1]]
