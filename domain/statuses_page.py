"""The reference page of every word of Telnyx, drawn from the tables: `python -m domain.statuses_page` prints it."""

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from domain.explain import TABLES
from domain.status_table import StatusRow

_TITLES = {
    "eligibility": "Eligibility of a number",
    "order": "Status of an order",
    "number": "Status of a number in an order",
}

_INTRODUCTION = """# What Telnyx says, and what follows from it

Every word that Telnyx documents, with what it means, whose move it is and what that person does. A word that stands
here nowhere is never guessed at: a person is asked, and sees it. `hosted-sms explain WORD` reads this page aloud.

This page is drawn from the tables in `domain/`; `python -m domain.statuses_page > docs/statuses.md` draws it anew.
"""


def page() -> str:
    """The page as Markdown."""
    sections = (section for name, table in TABLES.items() for section in _section(_TITLES[name], table))
    return "\n".join([_INTRODUCTION, *sections])


def _section(title: str, table: Mapping[str, StatusRow[Any]]) -> Iterator[str]:
    yield f"## {title}\n"
    yield "| word | the number or order … | whose move | what to do |"
    yield "|---|---|---|---|"
    for row in table.values():
        yield f"| `{row.status}` | {row.meaning} | {row.whose_move} | {row.guidance} |"
    yield ""


if __name__ == "__main__":
    sys.stdout.write(page())
