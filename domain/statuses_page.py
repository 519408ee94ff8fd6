"""Renders docs/statuses.md, the reference page of Telnyx's statuses: `python -m domain.statuses_page` prints it."""

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

_INTRODUCTION = """# Telnyx's statuses, and what to do about each

This page lists every status that Telnyx documents: what it means, whose move it is, and what to do now. "You" are the
person who runs the request; the customer is the owner of the numbers. This program never guesses at a status that is
not listed here. It asks a person and shows the status as Telnyx wrote it. `hosted-sms explain WORD` prints a row of
this page.

The page is generated from the tables in `domain/`: `python -m domain.statuses_page > docs/statuses.md`.
"""


def render_page() -> str:
    """Render the page as Markdown."""
    sections = (section for name, table in TABLES.items() for section in _section(_TITLES[name], table))
    return "\n".join([_INTRODUCTION, *sections])


def _section(title: str, table: Mapping[str, StatusRow[Any]]) -> Iterator[str]:
    yield f"## {title}\n"
    yield "| status | the number or order … | whose move | what to do |"
    yield "|---|---|---|---|"
    for row in table.values():
        yield f"| `{row.status}` | {row.meaning} | {row.whose_move} | {row.guidance} |"
    yield ""


if __name__ == "__main__":
    sys.stdout.write(render_page())
