"""The work for a long input grows with its length: eight times the text takes about eight times the time, not 64 times.

The times of one run are compared with each other, so a slow machine does not matter.
"""

import contextlib
import io
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

import pytest
from pydantic import SecretStr

from commands import files
from commands.files import read_lines
from commands.printer import wrapped
from domain import explain, markdown
from domain.notification import Notification
from domain.pasted_text import clean
from domain.phone_numbers import mask_all, normalize
from domain.printable import escape_json, printable, printable_lines
from domain.text import nearest
from inbound import events
from inbound.signature import BadSignature, verify
from runtime import toml_files
from runtime.apprise_channels import without_mentions
from runtime.codec import KeyRing
from runtime.error_text import first_line
from runtime.file_kinds import other_kind
from runtime.http_heads import refuse_head
from runtime.pdf_gate import safe_name
from runtime.pdf_numbers import numbers_in
from runtime.recipients_file import read_recipients
from runtime.redaction import redact_named, redact_text
from runtime.secret_flaws import flaw
from runtime.setting_values import (
    SettingsError,
    check_base_url,
    check_document_url,
    parse_address,
    parse_days,
    parse_hours,
)
from services import parsing
from services.csv_table import Table
from services.errors import Refused
from services.table_mistakes import bad_rows
from telnyx_api import redaction
from telnyx_api.problems import parse_problems
from telnyx_api.reply_parser import NotUnderstoodError, parse_json
from telnyx_api.retry_after import read_retry_after

PATH = Path("file.toml")
SHORT, TIMES = 4_000, 8
MOST = 30.0
"""Quadratic work takes 64 times as long."""
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
REFUSALS = (Refused, SettingsError, ValueError, RecursionError, events.NotAnEvent, NotUnderstoodError)
REQUIRED, OPTIONAL = ("reference",), ("bill",)


def _table(text: str) -> object:
    return list(Table(text.encode(), "orders.csv").rows(REQUIRED, OPTIONAL, []))


def _lines(text: str) -> object:
    with mock.patch("sys.stdin", io.StringIO(text)):
        return read_lines("-")


def _verify(text: str) -> None:
    with contextlib.suppress(BadSignature):
        verify(b"k" * 32, text, str(int(NOW.timestamp())), text.encode(), NOW.timestamp())


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
    "bad rows": lambda text: bad_rows(Table(f'a\n"{text}"'.encode(), "a.csv"), {2: text}),
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
    "TOML": lambda text: toml_files.parse("NAME", PATH, text),
    "TOML key": lambda text: toml_files.parse("NAME", PATH, f"{text}=1"),
    "TOML table": lambda text: toml_files.parse("NAME", PATH, f"[{text}]"),
    "key ring": KeyRing.parse,
    "secret": flaw,
    "notify": lambda text: read_recipients(SecretStr(text), None),
    "store URL": check_document_url,
    "path": lambda text: files.find(Path(text)),
    "lines": _lines,
    "PDF name": safe_name,
    "PDF kind": lambda text: other_kind(text.encode()),
    "PDF numbers": numbers_in,
    "JSON of Telnyx": lambda text: parse_json(text.encode()),
    "problems of Telnyx": lambda text: parse_problems({"errors": [{"code": "10009", "detail": text}]}, ("x",)),
    "retry after": lambda text: read_retry_after(429, dict.fromkeys(("retry-after-ms", "retry-after"), text)),
    "signature": _verify,
    "printable": printable,
    "printable lines": printable_lines,
    "JSON for a terminal": escape_json,
    "Markdown": markdown.escape,
    "Markdown sentence": markdown.escape_sentence,
    "mentions": without_mentions,
    "HTTP head": lambda text: refuse_head(text.encode()),
    "HTTP fields": lambda text: refuse_head(b"GET / HTTP/1.1\r\n" + text.encode() + b"\r\n\r\n"),
    "wrapped": lambda text: wrapped(text, 2, 2, 80),
}
UNITS = [
    "word ", "512 ", "5125550100 ", "5125550100;", "+1", "(", "-", "'", '"', "\u200b", ". ", "9", " ", "code=", "code:",
    "code:[", "code='", "Bearer ", "KEY", "_", "A", "=", "[", '{"a":', "\n", "a.", "a=1\n", "[a.b]\n", "{a=", "1_",
    "`", "`x", "\u202e", "\u200d", "a\u0301", "\r\n", "x: y\r\n", "@a", "<a", "](",
    "../",
]  # fmt: skip


def _seconds(parse: Callable[[str], object], text: str) -> float:
    """The shortest of three times."""
    took = []
    for _ in range(3):
        began = time.process_time()
        with contextlib.suppress(*REFUSALS):
            parse(text)
        took.append(time.process_time() - began)
    return max(min(took), 0.000_5)


@pytest.mark.parametrize("name", PARSERS)
def test_the_work_of_a_parser_grows_with_its_input(name: str) -> None:
    for unit in UNITS:
        short = unit * (SHORT // len(unit))
        growth = _seconds(PARSERS[name], short * TIMES) / _seconds(PARSERS[name], short)
        assert growth < MOST, f"{TIMES} times {unit!r} takes {growth:.0f} times as long"
