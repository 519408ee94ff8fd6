"""What the pages for people point to exists: files, headings, commands, settings and targets of make."""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from cli import COMMANDS
from runtime.settings import Settings, variable
from runtime.variables import files_of_secrets
from tests.docs.pages import ROOT, pages

# A path in backticks: with a folder, or with one of these endings. The name of a test may follow.
PATH = re.compile(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:py|md|toml|lock))(?:::\w+(?:\[[^\]`]*\])?)?`")
LINK = re.compile(r"\]\((?!https?:)([^)\s#]*)(?:#([^)\s]+))?\)")
COMMAND = re.compile(r"hosted-sms ((?:account|events|transfer) [a-z]+|[a-z][a-z-]*)")
SETTING = re.compile(r"\b(?:HOSTED_SMS|TELNYX)_[A-Z_]+[A-Z]\b")
TARGET = re.compile(r"(?:`|^    )make ([a-z][a-z-]+)", re.MULTILINE)
CODE = re.compile(r"`[^`\n]+`|^    .+$", re.MULTILINE)
NOT_IN_GIT = re.compile(r"application/|json/|binary/|\.venv|\.run")
"""Media types, and what a set-up or a run creates."""


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def anchors(page: Path) -> set[str]:
    """What GitHub makes of the headings of a page."""
    titles = re.findall(r"^#+ (.+)$", text_of(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def lost_links(page: Path) -> Iterator[str]:
    """The relative links of a page that lead nowhere."""
    for target, anchor in LINK.findall(text_of(page)):
        path = (page.parent / target).resolve() if target else page
        if not path.exists() or (anchor and anchor not in anchors(path)):
            yield f"{target}#{anchor}" if anchor else target


def lost_paths(page: Path) -> Iterator[str]:
    """The paths in backticks that do not exist: from the root, from the page's folder, or below `tests/`."""
    for path in PATH.findall(text_of(page)):
        places = (ROOT / path, page.parent / path, ROOT / "tests" / path)
        if not NOT_IN_GIT.match(path) and not any(place.exists() for place in places):
            yield path


def unknown_commands(page: Path) -> set[str]:
    """The commands of a page that the program does not have."""
    groups = {name.partition(" ")[0] for name in COMMANDS if " " in name}
    named = {found for part in CODE.findall(text_of(page)) for found in COMMAND.findall(part)}
    return named - set(COMMANDS) - groups


def unknown_settings(page: Path) -> set[str]:
    """The variables of a page that are no setting."""
    return (
        set(SETTING.findall(text_of(page))) - {variable(field) for field in Settings.model_fields} - files_of_secrets()
    )


def unknown_targets(page: Path) -> set[str]:
    """The targets of a page that the Makefile does not have."""
    targets = set(re.findall(r"^([a-z][a-z-]*):", text_of(ROOT / "Makefile"), re.MULTILINE))
    return set(TARGET.findall(text_of(page))) - targets


def broken_spans(page: Path) -> Iterator[int]:
    """The lines on which a span in backticks continues on the next line, so that it cannot be copied whole."""
    fenced = False
    for number, line in enumerate(text_of(page).splitlines(), start=1):
        fence = line.startswith("```")
        fenced ^= fence
        if not (fence or fenced) and line.count("`") % 2:
            yield number


@pytest.mark.parametrize(
    "flaws", [lost_links, lost_paths, broken_spans, unknown_commands, unknown_settings, unknown_targets]
)
def test_what_a_page_points_to_exists_and_can_be_copied_whole(flaws: Callable[[Path], Iterable[object]]) -> None:
    found = {str(page.relative_to(ROOT)): list(flaws(page)) for page in pages()}
    assert {page: lost for page, lost in found.items() if lost} == {}


def test_what_does_not_exist_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A title\n[a](gone.md) [b](#gone) [c](#a-title)\n`domain/gone.py` `domain/names.py` `a\nb`", "utf-8"
    )
    assert list(lost_links(page)) == ["gone.md", "#gone"]
    assert list(lost_paths(page)) == ["domain/gone.py"]
    assert list(broken_spans(page)) == [3, 4]
