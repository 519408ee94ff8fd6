"""SECURITY.md names the tests that play each attack: they exist, and each defense names one."""

import re

from tests.docs.pages import ROOT

PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")


def test_every_test_that_it_names_exists() -> None:
    named = re.findall(r"`(tests/[^`]+)`", PAGE)

    assert named
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_every_attack_has_a_test() -> None:
    doors = PAGE.split("### The doors and their defenses")[1].split("### What is not defended")[0]
    rows = [line for line in doors.splitlines() if line.startswith("|") and not line.startswith(("|--", "| attack"))]

    assert rows
    assert [row for row in rows if "`tests/" not in row.split("|")[3]] == []
