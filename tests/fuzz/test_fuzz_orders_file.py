"""A CSV of requests: every mistake is one sentence, and valid rows are parsed as written."""

import asyncio
import csv
import io
import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from commands.files import PdfFile
from services import orders_file
from services.csv_table import Table
from services.errors import BadFile
from services.table_mistakes import bad_rows
from tests.fuzz.oddities import LONGEST_SENTENCE, PLAIN, drawn

COLUMNS = [*orders_file.REQUIRED, *orders_file.OPTIONAL]
HEADER = ",".join(COLUMNS)
BY_NUMBER = [*orders_file.REQUIRED_BY_NUMBER, *orders_file.OPTIONAL_BY_NUMBER]
NUMBERS = st.lists(st.from_regex(r"[2-9][0-9]{2}[2-9][0-9]{6}", fullmatch=True), min_size=1, max_size=5, unique=True)
SPELLINGS = ["{0}{1}{2}", "({0}) {1}-{2}", "{0}.{1}.{2}", "+1{0}{1}{2}", "1-{0}-{1}-{2}", "+1 {0} {1} {2}"]
IDS = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,19}", fullmatch=True).filter(
    lambda text: not text.startswith("account-")
)
CELLS = PLAIN | st.sampled_from(["r-1", "p-1", "5125550100", "512 555 0100;5125550101", "a.pdf", "/", "."])


def read(content: bytes) -> list[orders_file.Line] | BadFile:
    try:
        return asyncio.run(orders_file.read(content, "orders.csv", lambda cell: PdfFile(Path("/nowhere") / cell)))
    except BadFile as mistakes:
        return mistakes


def written(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def assert_plain(outcome: list[orders_file.Line] | BadFile) -> None:
    """Either lines, or short sentences."""
    if not isinstance(outcome, BadFile):
        return
    assert 0 < len(outcome.mistakes) <= 101
    for mistake in outcome.mistakes:
        assert mistake.endswith(".")
        assert len(mistake) <= LONGEST_SENTENCE


@drawn(60)
@given(st.binary(max_size=200) | st.binary(max_size=200).map(lambda tail: f"{HEADER}\r\n".encode() + tail))
def test_any_bytes_are_parsed_or_have_their_mistakes(content: bytes) -> None:
    assert_plain(read(content))


@drawn(80)
@given(
    st.sampled_from([COLUMNS, BY_NUMBER]).flatmap(
        lambda columns: st.tuples(
            st.just(columns),
            st.lists(st.lists(CELLS, min_size=len(columns), max_size=len(columns)), min_size=1, max_size=6),
        )
    )
)
def test_any_cells_are_parsed_or_refused_with_their_row(table: tuple[list[str], list[list[str]]]) -> None:
    columns, rows = table
    outcome = read(written([columns, *rows]))
    assert_plain(outcome)
    if isinstance(outcome, BadFile) and not any("has no rows" in mistake for mistake in outcome.mistakes):
        assert all(mistake.startswith("row ") for mistake in outcome.mistakes)


@drawn(40)
@given(st.lists(PLAIN, max_size=9), st.lists(CELLS, max_size=9))
def test_any_header_is_parsed_or_refused(header: list[str], row: list[str]) -> None:
    assert_plain(read(written([header, row])))


@drawn(60)
@given(
    requests=st.lists(st.tuples(IDS, NUMBERS), min_size=1, max_size=4, unique_by=lambda row: row[0]),
    order=st.permutations(COLUMNS),
    spelling=st.sampled_from(SPELLINGS),
    separator=st.sampled_from([" ", ";", "; ", ",", " ; "]),
    mark=st.booleans(),
)
def test_rows_are_parsed_as_written(
    requests: list[tuple[str, list[str]]], order: list[str], spelling: str, separator: str, *, mark: bool
) -> None:
    seen: set[str] = set()
    rows: list[list[str]] = []
    for reference, numbers in requests:
        own = [number for number in numbers if number not in seen] or [f"{9_009_000_000 + len(rows)}"]
        seen.update(own)
        cell = separator.join(spelling.format(number[:3], number[3:6], number[6:]) for number in own)
        cells = {"reference": reference, "messaging_profile_id": "p-1", "phone_numbers": cell, "customer": "c 1"}
        rows.append([cells.get(column, "") for column in order])
    outcome = read((b"\xef\xbb\xbf" if mark else b"") + written([order, *rows]))
    assert not isinstance(outcome, BadFile), outcome
    assert [line.prepared.request.reference for line in outcome] == [reference for reference, _ in requests]
    assert [line.row for line in outcome] == list(range(2, len(rows) + 2))
    assert {number for line in outcome for number in line.prepared.request.phone_numbers} == {f"+1{n}" for n in seen}


@drawn(60)
@given(
    rows=st.lists(st.tuples(NUMBERS, st.sampled_from(["c 1", "ü", ""])), min_size=1, max_size=5),
    order=st.permutations(BY_NUMBER),
    spelling=st.sampled_from(SPELLINGS),
    cut=st.integers(0, 30),
)
def test_single_numbers_make_the_same_requests_wherever_they_stand(
    rows: list[tuple[list[str], str]], order: list[str], spelling: str, cut: int
) -> None:
    customers = {number: customer for numbers, customer in rows for number in numbers}
    table = [
        [
            {
                "phone_number": spelling.format(number[:3], number[3:6], number[6:]),
                "messaging_profile_id": "p-1",
                "customer": customer,
            }.get(column, "")
            for column in order
        ]
        for number, customer in customers.items()
    ]
    once = read(written([order, *table]))
    again = read(written([order, *table[cut:], *table[:cut]]))
    assert not isinstance(once, BadFile), once
    assert not isinstance(again, BadFile), again
    assert {one.prepared.request.reference for one in once} == {one.prepared.request.reference for one in again}
    assert {
        (number, one.prepared.request.customer) for one in once for number in one.prepared.request.phone_numbers
    } == {(f"+1{number}", customer) for number, customer in customers.items()}


@drawn(80)
@given(st.lists(st.lists(CELLS | st.sampled_from(["=1+1|x", "@a", " -b", "x;=y", '="1"']), max_size=3), max_size=4))
def test_bad_rows_are_as_they_were_but_for_what_a_spreadsheet_would_execute(rows: list[list[str]]) -> None:
    content = written([["a", "b"], *rows])
    given_rows = dict(Table(content, "a.csv").raw_rows([]))
    text = bad_rows(Table(content, "a.csv"), dict.fromkeys(given_rows, "=x"))
    found = Table(text.encode(), "errors.csv")
    assert found.columns == ["a", "b", "error"]
    for was, (_, cells) in zip(given_rows.values(), found.raw_rows([]), strict=True):
        assert cells[2] == "'=x"
        for before, after in zip([*was, "", ""], cells[:2], strict=False):
            assert after.replace("'", "") == before.replace("'", "")
            assert before == after or re.search(r"(^|[,;|\t\r\n])\s*'\s*[=+\-@＝＋－＠]", after)
