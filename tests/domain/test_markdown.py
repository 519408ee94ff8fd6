"""What someone else wrote is text in Markdown, and what is ours is still Markdown."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from domain import markdown
from domain.messages import Event
from domain.printable import line
from tests.strangers import HOSTILE, INJECTION, LETTERS, bold, headings, is_harmless, is_harmless_page, live_markdown

ANY_TEXT = st.text(alphabet=HOSTILE + "ab1.+# é", max_size=40) | st.text(max_size=40)


def read(page: str) -> str:
    """The text that a reader of the rendered page sees."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(page)
    return "".join(child.content for token in tokens for child in token.children or [])


@given(ANY_TEXT)
def test_a_text_is_read_as_it_is_and_is_nothing_but_text(text: str) -> None:
    escaped = markdown.escape(text)
    assert live_markdown(escaped) + bold(escaped) == []
    assert read(escaped) == line(text)
    assert is_harmless(escaped)


@given(ANY_TEXT)
def test_code_holds_any_text_and_ends_where_it_should(text: str) -> None:
    page = f"Order {markdown.code(text)} is open."
    assert live_markdown(page) == []
    shown = line(text).replace("`", "'")
    assert read(page).split() == f"Order {shown} is open.".split()


@given(ANY_TEXT, ANY_TEXT)
def test_code_of_ours_stays_code_whatever_stands_around_it(before: str, after: str) -> None:
    for sentence in (f"{before} Type `hosted-sms show a_b` now.", f"Type `x y`. {after}", before):
        assert live_markdown(markdown.escape_sentence(sentence)) == []
    assert "`hosted-sms show acme_1`" in markdown.escape_sentence("See `hosted-sms show acme_1`. It is a*b.")


@pytest.mark.parametrize(
    "text", ["acme-1", "a_b_c", "Kim O'Hara, 12:30 UTC", "+15125550100", "x.y (z)", *LETTERS["India"]]
)
def test_an_ordinary_text_needs_no_escape(text: str) -> None:
    assert markdown.escape(text) == line(text)


def test_events_are_one_line_each_and_no_heading() -> None:
    at = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
    page = markdown.events([Event(at=at, what=INJECTION, by=INJECTION), Event(at=at, what="# Second", by="+ me")])
    assert [row[:24] for row in page.split("\n")] == [
        "- 2026-12-01 09:00 UTC \N{REPLACEMENT CHARACTER}",
        "- 2026-12-01 09:00 UTC \\",
    ]
    assert headings(page) + live_markdown(page) + bold(page) == []
    assert is_harmless_page(page)
