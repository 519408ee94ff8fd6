"""What people type at the command is parsed or refused in one sentence, never with a traceback."""

import contextlib
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import cli
from domain import names
from domain.contact_hours import parse_contact_hours
from domain.phone_numbers import is_e164_us
from services import parsing
from services.errors import Refused
from tests.fuzz.oddities import PLAIN, TEXT, drawn, is_sentence

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
PARSERS: dict[str, Callable[[str], object]] = {
    "reference": parsing.reference,
    "account": parsing.account,
    "customer": parsing.customer,
    "profile": parsing.profile,
    "contact hours": parsing.contact_hours,
    "phone number": parsing.phone_number,
    "phone numbers": lambda text: parsing.phone_numbers(parsing.split_numbers(text)),
    "codes": lambda text: parsing.codes(text.split(" ")),
    "instant": lambda text: parsing.instant(text, NOW),
}
EDGES = st.sampled_from(["0001-01-01T00:00+05:00", "9999-12-31T23:00-05:00", "9999d", "0001-01-01", "9999-12-31"])
NEAR = TEXT | st.text(alphabet="0123456789+-=().;: ehmdTZW", max_size=40) | EDGES
CODES = st.from_regex(r"[0-9]{3,12}", fullmatch=True)
NUMBERS = st.from_regex(r"[2-9][0-9]{2}[2-9][0-9]{6}", fullmatch=True)


@pytest.mark.parametrize("parser", PARSERS)
@drawn(120)
@given(text=NEAR)
def test_any_text_is_parsed_or_refused_in_a_sentence(parser: str, text: str) -> None:
    try:
        PARSERS[parser](text)
    except Refused as refusal:
        assert is_sentence(str(refusal)), str(refusal)  # noqa: PT017 - parsing it is right, too


@drawn(150)
@given(NEAR)
def test_an_accepted_text_fits_its_use(text: str) -> None:
    """A reference becomes part of a workflow id and a path, a customer of a query, a time of a query in UTC."""
    with contextlib.suppress(Refused):
        assert names.is_reference(parsing.reference(text))
    with contextlib.suppress(Refused):
        assert not set(parsing.customer(text)) & set("'\"\\\n")
    with contextlib.suppress(Refused):
        assert is_e164_us(parsing.phone_number(text))
    with contextlib.suppress(Refused):
        assert parsing.instant(text, NOW).astimezone(UTC).isoformat()
    with contextlib.suppress(Refused):
        hours = parse_contact_hours(parsing.contact_hours(text))
        assert hours is None or hours.next_open(NOW) - NOW < timedelta(days=1)


@drawn(80)
@given(st.dictionaries(NUMBERS, CODES, min_size=1, max_size=6), st.sampled_from(["+1{}={}", "{}={}", " 1-{} = {} "]))
def test_codes_are_parsed_as_typed(codes: dict[str, str], spelling: str) -> None:
    parsed = parsing.codes([spelling.format(number, code) for number, code in codes.items()])
    assert {entry.phone_number: entry.code for entry in parsed} == {
        f"+1{number}": code for number, code in codes.items()
    }


@drawn(60)
@given(number=NUMBERS, code=st.text("0123456789", min_size=13, max_size=20) | st.text("0123456789ab", min_size=5))
def test_a_refused_code_is_never_shown(number: str, code: str) -> None:
    assume(not re.fullmatch(r"[0-9]{3,12}", code) and code not in number)
    with pytest.raises(Refused) as refused:
        parsing.codes([f"+1{number}={code}"])
    assert is_sentence(str(refused.value), code)


@drawn(60)
@given(st.lists(NUMBERS, min_size=1, max_size=8, unique=True), st.sampled_from([" ", ";", ", ", "\n"]))
def test_a_cell_of_numbers_is_split_at_its_separators(numbers: list[str], separator: str) -> None:
    assert parsing.phone_numbers(parsing.split_numbers(separator.join(numbers))) == [f"+1{n}" for n in numbers]


OPTIONS = ["--json", "--by", "--id", "--within", "--reference", "--profile", "--number", "--loa", "--bill", "--since",
           "--from-file", "--method", "--why", "--order", "--token", "--account", "--needs-me", "--customer",
           "--contact-hours", "--needed-by", "--help", "--version"]  # fmt: skip
ARGUMENTS = PLAIN | st.sampled_from([*OPTIONS, "12345", "+15125550100=12345", "r-1", "24h", "1e999", "/", "-"])


@pytest.mark.parametrize("command", [*cli.COMMANDS, "", "account", "nonsense"])
@drawn(12)
@given(arguments=st.lists(ARGUMENTS, max_size=5))
def test_no_arguments_end_in_a_traceback(command: str, arguments: list[str]) -> None:
    """Nothing is set up here, so valid arguments are refused because there are no keys."""
    out, err = io.StringIO(), io.StringIO()
    typed = io.StringIO("+15125550100=12345\n")
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), mock.patch("sys.stdin", typed):
        code = cli.run([*command.split(), *arguments])
    assert "Traceback" not in err.getvalue(), err.getvalue()
    assert code in {0, 1, 2, 3}
    assert code == 0 or err.getvalue().strip() or out.getvalue().strip()
