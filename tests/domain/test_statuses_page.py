"""The page of Telnyx's words cannot go stale."""

from pathlib import Path

from domain.explain import TABLES
from domain.statuses_page import page

PAGE = Path(__file__).parents[2] / "docs" / "statuses.md"


def test_the_page_is_what_the_tables_say() -> None:
    assert PAGE.read_text() == page(), "draw it anew: python -m domain.statuses_page > docs/statuses.md"


def test_every_word_stands_on_the_page() -> None:
    assert all(f"| `{word}` |" in page() for table in TABLES.values() for word in table)
