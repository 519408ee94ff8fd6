"""Each page and each decision record is listed, under its own title."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import DOCS

RECORDS = sorted((DOCS / "decisions").glob("[0-9]*.md"))
RECORD_INDEX = (DOCS / "decisions" / "README.md").read_text(encoding="utf-8")
PAGE_INDEX = (DOCS / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_a_decision_record_is_listed_under_its_number_and_title(record: Path) -> None:
    title = re.match(r"# (\d+)\. (.+)\n", record.read_text(encoding="utf-8"))
    assert title, "a record begins with its number and its title"
    assert record.name[:4] == f"{int(title[1]):04d}"
    assert f"| {record.name[:4]} | [{title[2]}]({record.name}) |" in RECORD_INDEX.splitlines()


def test_the_records_are_numbered_without_a_gap() -> None:
    assert [int(record.name[:4]) for record in RECORDS] == list(range(1, len(RECORDS) + 1))


@pytest.mark.parametrize("page", sorted(set(DOCS.glob("*.md")) - {DOCS / "README.md"}), ids=lambda page: page.stem)
def test_a_page_is_listed_exactly_once(page: Path) -> None:
    assert PAGE_INDEX.count(f"({page.name})") == 1
