"""The glossary has every word of our own closed sets, and the old words that it explains are really contract."""

import re
from enum import StrEnum

import pytest

from domain import vocabulary
from tests.docs.pages import DOCS, ROOT

PAGE = (DOCS / "glossary.md").read_text(encoding="utf-8")
CONTRACT = (ROOT / "tests" / "golden" / "contract.txt").read_text(encoding="utf-8")
SETS = [found for found in vars(vocabulary).values() if isinstance(found, type) and issubclass(found, StrEnum)]
OLD_WORDS = re.findall(r"^\| (`.+?`) \|", PAGE.partition("## Old words")[2], re.MULTILINE)


@pytest.mark.parametrize("words", [one for one in SETS if one is not StrEnum], ids=lambda one: one.__name__)
def test_every_word_that_people_meet_is_there(words: type[StrEnum]) -> None:
    assert [word for word in words if f"`{word}`" not in PAGE] == []


def test_every_old_word_is_a_name_of_the_contract() -> None:
    names = [name for cell in OLD_WORDS for name in re.findall(r"`(\w+)(?:-…)?`", cell)]
    assert len(names) > 10
    assert [name for name in names if not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", CONTRACT)] == []
