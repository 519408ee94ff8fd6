"""What of a stranger's text is shown, and that nothing else is lost."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.printable import LONGEST_NAME, MOST_MARKS, REPLACEMENT, escape_json, is_printable, line, printable
from domain.printable import printable_lines as lines
from tests.strangers import HOSTILE, LETTERS, is_harmless

ANY_TEXT = st.text() | st.text(alphabet=HOSTILE + "a1 é", max_size=60)
"""Anything that Python can hold, halves of UTF-16 characters included, and a mixture of the worst."""


@given(ANY_TEXT)
def test_nothing_that_moves_a_cursor_hides_or_reverses_survives_and_once_is_enough(text: str) -> None:
    shown = printable(text)
    assert is_harmless(shown)
    assert printable(shown) == shown
    shown.encode()  # it can be written
    assert "\n" not in line(text, 7)
    assert len(line(text, 7)) <= 7
    assert line(line(text, 7), 7) == line(text, 7)


@given(ANY_TEXT)
def test_the_lines_of_a_text_of_ours_stay_and_each_is_harmless(text: str) -> None:
    assert lines(text).split("\n") == [printable(part) for part in text.split("\n")]


@given(st.recursive(ANY_TEXT.filter(str.isprintable) | st.integers(), st.lists) | ANY_TEXT)
def test_escaped_json_holds_the_same_and_nothing_that_may_not_be_shown(content: object) -> None:
    for indent in (None, 2):
        written = escape_json(json.dumps(content, ensure_ascii=False, indent=indent))
        assert json.loads(written) == json.loads(json.dumps(content))  # two halves that meet are one sign
        assert all(sign.isprintable() or sign == "\n" for sign in written)


@pytest.mark.parametrize("script", LETTERS)
def test_letters_of_every_script_and_emoji_stay(script: str, subtests: pytest.Subtests) -> None:
    for text in LETTERS[script]:
        with subtests.test(text=text):
            assert printable(text) == unicodedata.normalize("NFC", text)
            assert is_printable(text)
            assert line(f" {text}\n") == line(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[2J\x9b31mb", f"a{REPLACEMENT}[2J{REPLACEMENT}31mb"),
        ("Acme\r\nOutcome: active", "Acme Outcome: active"),
        ("a\u2028b\u2029c\x85d\x0be\x0cf\tg\u00a0h\u2800i", "a b c d e f g h i"),
        ("abc\u202efdp.exe", "abcfdp.exe"),
        ("a\u200b\ufeff\u00ad\u2066\U000e0061b", "ab"),
        ("e\u200b\u0301", "é"),
        ("\u0301a \u0301b", "a b"),  # a mark would change the sign of ours before it
        ("a\u200db", "ab"),
        ("\ud83d \ue000 \U0010ffff", f"{REPLACEMENT} {REPLACEMENT} {REPLACEMENT}"),
        ("\u1fef", "`"),  # its composed form is a backtick
    ],
)
def test_what_is_not_shown_becomes_a_space_or_a_sign_or_vanishes(text: str, shown: str) -> None:
    assert line(text) == shown
    assert is_printable(text) == (text == shown or unicodedata.normalize("NFC", text) == shown)


@pytest.mark.parametrize("flood", ["\u0335\u0489" * 100_000, "\u0301\u200d\u0323\u200d" * 50_000])
def test_a_letter_keeps_a_few_marks_however_many_come(flood: str) -> None:
    shown = printable(f"a{flood}b")
    marks = [sign for sign in shown if unicodedata.category(sign).startswith("M")]
    assert len(marks) <= MOST_MARKS
    assert (line(f"x{flood}", LONGEST_NAME)[0], shown[-1]) == ("x", "b")
