"""The faults of `make mutants`: the right ones are planted, the tests run against them, and no file changes."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests import limits
from tests.quality.faults import enumerations, faults
from tests.quality.trials import NOTICED, ROOT, SURVIVED, UNSEEN, find_tests

KINDS = '''
"""A table."""
from enum import Enum, auto

class Kind(Enum):
    """Its words."""
    OPEN = auto()
    OVER = auto()
    LOST = auto()

K = Kind
TABLE = {"pending": K.OPEN, "failed": K.LOST}
'''


def planted(folder: Path, source: str) -> list[str]:
    """The names of the faults of a file, without the name of the file."""
    file = folder / "one.py"
    file.write_text(source)
    return [fault.name.removeprefix("one: ") for fault in faults(file, enumerations([file]))]


def test_each_entry_of_a_table_is_left_out_renamed_and_given_its_neighbors_kinds(tmp_path: Path) -> None:
    names = planted(tmp_path, KINDS)
    assert {"K.OPEN → K.LOST", "K.OPEN → K.OVER", "K.LOST → K.OPEN", "K.LOST → K.OVER"} <= set(names)
    assert {"'pending' → 'pending_'", "'failed' → 'failed_'"} <= set(names)
    assert len([name for name in names if name.endswith((" without 'pending'", " without 'failed'"))]) == 2


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("x = a < b", "a < b → a <= b"),
        ("x = a < b", "a < b → a >= b"),
        ("x = a in b", "a in b → a not in b"),
        ("x = a and b", "a and b → a or b"),
        ("x = a and b", "a and b without a"),
        ("x = not a", "not a → a"),
        ("x = a + b", "a + b → a - b"),
        ("x = 3", "3 → 4"),
        ("x = True", "True → False"),
        ("x = b if a else c", "if a → if False"),
        ("x = [a for a in b if a]", "for a in b if a without a"),
        ("x = any(a)", "any → all"),
        ("x = a.strip()", "a.strip() → a"),
        ("x = f(a=b)", "f(a=b) without a=b"),
        ("raise E", "raise E → pass"),
    ],
)
def test_typical_mistakes_are_planted(tmp_path: Path, source: str, fault: str) -> None:
    assert fault in planted(tmp_path, source)


@pytest.mark.parametrize(
    "source",
    ['"""Docstring."""', 'x = "A whole sentence."', "def f(a: b | c) -> d: ...", "x: a | b", "X = Literal['a', 'b']"],
)
def test_sentences_and_annotations_are_not_changed(tmp_path: Path, source: str) -> None:
    assert planted(tmp_path, source) == []


def test_two_faults_never_share_a_name(tmp_path: Path) -> None:
    assert planted(tmp_path, "x = [a < b, a < b]").count("a < b → a <= b #2") == 1


def verdict(code: str, test: str) -> int:
    """The verdict of a test file on `domain.holds` when it has this code."""
    script = (
        "import os, sys; from tests.quality import trials as j; j.import_libraries();"
        "j.start_trial('domain.holds', compile(sys.argv[1], 'planted', 'exec'), [j.ROOT / sys.argv[2]]);"
        "sys.exit(os.waitstatus_to_exitcode(os.waitpid(-1, 0)[1]))"
    )
    command = [sys.executable, "-c", script, code, test]
    return subprocess.run(command, cwd=ROOT, timeout=limits.WAIT, check=False).returncode  # noqa: S603 - our own line


@pytest.mark.server
def test_the_tests_run_against_the_planted_fault_and_the_file_does_not_change() -> None:
    sound = (ROOT / "domain/holds.py").read_text()
    faulty = sound.replace("kind is AskKind.SUPPORT", "kind is not AskKind.SUPPORT")
    assert faulty != sound
    assert verdict(sound, "tests/domain/test_sentences.py") == SURVIVED
    assert verdict(faulty, "tests/domain/test_sentences.py") == NOTICED
    assert verdict(faulty, "tests/domain/test_contact_hours.py") == UNSEEN
    assert (ROOT / "domain/holds.py").read_text() == sound


def test_a_module_is_tested_by_what_imports_it_first_by_the_file_named_after_it() -> None:
    files = sorted((ROOT / "tests/domain").glob("test_*.py"))
    of_calendar = [test.stem for test in find_tests("domain.calendar", files)]
    assert of_calendar[0] == "test_calendar"
    assert "test_ask_times" in of_calendar
    assert "test_phone_numbers" not in of_calendar
