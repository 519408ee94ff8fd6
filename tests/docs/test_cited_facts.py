"""Each section that the project cites as "docs/telnyx.md §N" exists."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, files

PAGE = ROOT / "docs" / "telnyx.md"
# The name of the page, on this line or the one before, then one or more sections: "telnyx.md §1, §11".
CITATION = re.compile(r"telnyx\.md\s+#?\s*((?:§\s?\d+)(?:,\s*§\s?\d+)*)")


def sections() -> list[str]:
    return re.findall(r"^## (\d+)\. ", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


def cited(text: str) -> Iterator[tuple[int, str]]:
    """The line and the number of each section that a text cites."""
    for found in CITATION.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        for number in re.findall(r"\d+", found[1]):
            yield line, number


def unknown(path: Path) -> list[str]:
    """The citations of a file that lead nowhere, as `path:line §N`."""
    known = set(sections())
    found = cited(path.read_text(encoding="utf-8"))
    return [f"{path}:{line} §{number}" for line, number in found if number not in known]


def test_each_cited_section_exists() -> None:
    lost = [line for path in files("py", "md") for line in unknown(path)]
    assert not lost, "\n".join(lost)


def test_the_sections_are_numbered_without_a_gap() -> None:
    assert sections() == [str(place) for place in range(1, 12)]


def test_the_code_really_cites_them() -> None:
    assert sum(len(list(cited(path.read_text(encoding="utf-8")))) for path in files("py")) > 20


@pytest.mark.parametrize(
    ("text", "line"),
    [("(docs/telnyx.md §{0})", 1), ("telnyx.md §1, §{0}", 1), ("telnyx.md\n    # §{0}", 1)],
)
def test_a_section_that_does_not_exist_is_found_with_its_file_and_line(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "code.py"
    path.write_text(text.format(99), encoding="utf-8")
    assert unknown(path) == [f"{path}:{line} §{99}"]
