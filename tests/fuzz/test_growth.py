"""The work for a long input grows with its length: eight times the text takes about eight times the time, not 64 times.

The times of one run are compared with each other, so a slow machine does not matter.
"""

import contextlib
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from domain import explain
from domain.notification import Notification
from domain.pasted_text import clean
from domain.phone_numbers import mask_all, normalize
from domain.text import nearest
from inbound import events
from runtime.error_text import first_line
from runtime.redaction import redact_named, redact_text
from runtime.setting_values import check_base_url, parse_address, parse_days, parse_hours
from services import csv_table, parsing
from services.errors import Refused
from telnyx_api import redaction

SHORT, TIMES = 4_000, 8
MOST = 30.0
"""Quadratic work takes 64 times as long."""
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
REQUIRED, OPTIONAL = ("reference",), ("bill",)


def _table(text: str) -> object:
    return list(csv_table.rows(text.encode(), "orders.csv", REQUIRED, OPTIONAL, []))


PARSERS: dict[str, Callable[[str], object]] = {
    "numbers": lambda text: parsing.phone_numbers(parsing.split_numbers(text)),
    "number": normalize,
    "clean": clean,
    "codes": lambda text: parsing.codes([text, f"+15125550100={text}"]),
    "reference": parsing.reference,
    "customer": parsing.customer,
    "contact hours": parsing.contact_hours,
    "instant": lambda text: parsing.instant(text, NOW),
    "header": lambda text: _table("reference," + text.replace("word", "bill").replace(" ", ",")),
    "row": lambda text: _table("reference,bill\n" + text.replace(" ", ",")),
    "rows": lambda text: _table("reference,bill\n" + text.replace(" ", "\n")),
    "explain": explain.explain,
    "nearest": lambda text: nearest(text, ["codes", "documents"]),
    "webhook": lambda text: events.parse(text.encode()),
    "redact": redact_text,
    "redact named": lambda text: redact_named(text, "x"),
    "redact Telnyx": redaction.redact,
    "mask": mask_all,
    "notification": lambda text: Notification(event="x", text=text),
    "error": lambda text: first_line(ValueError(text)),
    "address": parse_address,
    "hours": parse_hours,
    "days": parse_days,
    "base URL": check_base_url,
}
UNITS = [
    "word ", "512 ", "5125550100 ", "5125550100;", "+1", "(", "-", "'", '"', "\u200b", ". ", "9", " ", "code=", "code:",
    "code:[", "code='", "Bearer ", "KEY", "_", "A", "=", "[", '{"a":', "\n",
]  # fmt: skip


def _seconds(parse: Callable[[str], object], text: str) -> float:
    """The shortest of three times."""
    took = []
    for _ in range(3):
        began = time.process_time()
        with contextlib.suppress(Refused, ValueError, RecursionError, events.NotAnEvent):
            parse(text)
        took.append(time.process_time() - began)
    return max(min(took), 0.000_5)


@pytest.mark.parametrize("name", PARSERS)
def test_the_work_of_a_parser_grows_with_its_input(name: str) -> None:
    for unit in UNITS:
        short = unit * (SHORT // len(unit))
        growth = _seconds(PARSERS[name], short * TIMES) / _seconds(PARSERS[name], short)
        assert growth < MOST, f"{TIMES} times {unit!r} takes {growth:.0f} times as long"
