"""A changed sentence shows in a review as a change of one page."""

from tests.golden import sentences
from tests.wording import assert_well_worded


def test_the_page_has_every_sentence_of_the_product() -> None:
    written, now = sentences.PAGE.read_text().splitlines(), sentences.page().splitlines()
    assert written == now, "run `python -m tests.golden.sentences --write`, and read what it changes"


def test_no_sentence_is_put_together_badly() -> None:
    """What is filled in is looked at where it is read: in each story, and in each command's output."""
    assert_well_worded(sentences.page())


def test_a_sentence_is_found_where_it_stands_and_a_key_is_not() -> None:
    lines = sentences.page().splitlines()
    assert "- Ask Telnyx for new ownership codes." in lines, "help of the command"
    assert "- No one answered the ask for {…} before its deadline." in lines, "an event"
    assert not [line for line in lines if line == "- carrier_rejected"]
