"""The tables of docs/process.md are complete: each status and deadline has its row, and each row names what exists."""

import ast
import importlib
import inspect
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

from domain.ask_times import AskTimes
from domain.calendar import Calendar
from domain.explain import TABLES
from domain.transfers import WINDOW
from domain.vocabulary import AskKind
from simulator.control import ROUTES
from simulator.test_numbers import ROWS
from tests.domain import openapi_statuses
from tests.workflows.telnyx_test_numbers import leads_to

PAGE = Path(__file__).parents[1] / "docs" / "process.md"
HEADINGS = {
    "eligibility": "### Words of the eligibility check",
    "order": "### Words of an order",
    "number": "### Words of a number in an order",
    "guide": "### Entries of the troubleshooting guide",
}
OPENAPI = {
    "eligibility": openapi_statuses.eligibility_statuses(),
    "order": openapi_statuses.order_statuses(),
    "number": openapi_statuses.number_statuses_over_rest() | openapi_statuses.number_statuses_in_webhooks(),
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
"""The eight entries of the guide (docs/telnyx.md §10), with the table of the status that an entry is about."""

BEHAVIORS = {row.phone_number: row.behavior for row in ROWS}


class StatusRow(NamedTuple):
    """One row of the tables of statuses."""

    table: str
    status: str
    does: str
    played_by: str
    proved_by: str


class DeadlineRow(NamedTuple):
    """One row of the table of deadlines."""

    kind: str
    until: str
    does: str
    proved_by: str


def cells_below(heading: str) -> Iterator[list[str]]:
    """The cells of each row of the table below a heading."""
    section = PAGE.read_text(encoding="utf-8").split(f"{heading}\n", 1)[1].split("\n#", 1)[0]
    for line in [line for line in section.splitlines() if line.startswith("|")][2:]:
        yield [cell.strip().strip("`") for cell in line.strip("|").split("|")]


ROWS_OF_PAGE = [StatusRow(table, *cells) for table, heading in HEADINGS.items() for cells in cells_below(heading)]
DEADLINES = [DeadlineRow(*cells) for cells in cells_below("### Deadlines")]
EACH_ROW = pytest.mark.parametrize("row", ROWS_OF_PAGE, ids=[f"{row.table} {row.status}" for row in ROWS_OF_PAGE])


@pytest.mark.parametrize("table", OPENAPI)
def test_every_status_of_telnyx_has_exactly_one_row(table: str) -> None:
    counted = Counter(row.status for row in ROWS_OF_PAGE if row.table == table)
    assert counted == Counter(OPENAPI[table])
    assert set(counted) == {status for name, statuses in TABLES.items() if name == table for status in statuses}


def test_every_entry_of_the_troubleshooting_guide_has_exactly_one_row() -> None:
    assert Counter(row.status for row in ROWS_OF_PAGE if row.table == "guide") == Counter(list(GUIDE))


@EACH_ROW
def test_a_row_says_in_a_short_clause_what_the_program_does(row: StatusRow) -> None:
    assert 0 < len(row.does) <= 110
    assert not row.does.endswith(".")


@EACH_ROW
def test_a_row_names_a_test_number_that_leads_there(row: StatusRow) -> None:
    if not row.played_by.startswith("+"):
        assert row.status == "not visible in portal", "only this is set by hand, since no number leads there"
        assert row.played_by in {f"{route.method} {route.path}" for route in ROUTES}
    elif row.status == "code not received":
        assert BEHAVIORS[row.played_by].silent == ("sms", "call")
    elif row.status == "LOA rejected":
        assert BEHAVIORS[row.played_by].order_ends == "loa_file_invalid"
    else:
        table = GUIDE.get(row.status, "") if row.table == "guide" else row.table
        assert leads_to(BEHAVIORS[row.played_by], table, row.status)


@EACH_ROW
def test_a_row_names_a_test_that_exists_and_takes_a_request_through_it(row: StatusRow) -> None:
    module, function, case = proof_of(row.proved_by)
    source = source_of(module, function)
    mentioned = mention_of(row) in source or ("in OPEN]" in source and row.status in module.OPEN)
    assert case == row.status if case else mentioned


def test_every_kind_of_ask_has_exactly_one_deadline() -> None:
    assert Counter(row.kind for row in DEADLINES) == Counter([str(kind) for kind in AskKind])


@pytest.mark.parametrize("row", DEADLINES, ids=[row.kind for row in DEADLINES])
def test_a_deadline_is_as_long_as_the_page_says_and_names_a_test_that_lets_it_pass(row: DeadlineRow) -> None:
    asked = datetime(2026, 11, 30, tzinfo=UTC)
    planned = AskTimes(Calendar(0, 0), timedelta(days=1)).plan(AskKind(row.kind), asked).deadline
    by_plan = f"{(planned - asked).days} days" if planned else "none"
    assert row.until == (f"{WINDOW // timedelta(hours=1)} hours" if row.kind == "transfer" else by_plan)
    module, function, case = proof_of(row.proved_by)
    assert case == row.kind if case else f'until_asked("{row.kind}")' in source_of(module, function)
    assert [name for name in inspect.signature(function).parameters if name.startswith("skipping")], "days pass there"


def proof_of(proved_by: str) -> tuple[ModuleType, Any, str]:
    """The module, the function and the case of a row's test."""
    path, _, name = proved_by.partition("::")
    called, _, case = name.rstrip("]").partition("[")
    assert path.startswith("workflows/test_"), "tests with a real Temporal server"
    module = importlib.import_module(f"tests.{path.removesuffix('.py').replace('/', '.')}")
    function = getattr(module, called)
    assert inspect.iscoroutinefunction(function)
    assert case in (cases(function) or [""]), f"the cases are {cases(function)}"
    return module, function, case


def source_of(module: ModuleType, function: Any) -> str:
    """The source of a test, with the constants, fixtures and helpers of its module that it uses."""
    source = inspect.getsource(module)
    parts = {name: part for part in ast.parse(source).body for name in names_given(part)}
    wanted, found = [function.__name__], dict[str, str]()
    while wanted:
        name = wanted.pop()
        if name in parts and name not in found:
            found[name] = ast.get_source_segment(source, parts[name]) or ""
            wanted += re.findall(r"\w+", found[name])
    return "\n".join(found.values())


def names_given(part: ast.stmt) -> list[str]:
    """The names that a statement of a module defines."""
    if isinstance(part, ast.Assign):
        return [node.id for target in part.targets for node in ast.walk(target) if isinstance(node, ast.Name)]
    return [part.name] if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) else []


def mention_of(row: StatusRow) -> str:
    """How a test mentions the test number of a row."""
    name = next((one.name for one in ROWS if one.phone_number == row.played_by), "")
    table, _, status = name.partition(" ")
    if not name:
        return "set_number(ONE"
    if name.isupper():
        return f'number_for("eligibility", "{name.casefold()}")'
    return f'number_for("{table}", "{status}")' if table in OPENAPI else f'number_named("{name}")'


def test_every_number_that_the_page_names_exists() -> None:
    assert set(re.findall(r"\+1500555\d{4}", PAGE.read_text(encoding="utf-8"))) <= set(BEHAVIORS)


def cases(test: Any) -> list[str]:
    """The ids under which pytest runs a test. None when it is not parametrized."""
    marks = [mark for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
    if not marks:
        return []
    (mark,) = marks
    return [str(one) for one in mark.kwargs.get("ids") or mark.args[1]]
