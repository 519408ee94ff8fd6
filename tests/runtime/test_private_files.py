"""What a process writes can be opened by its own user alone, whatever the machine's defaults are."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.document_store import DocumentStore
from runtime.private_files import keep_private, write_private
from runtime.setting_values import SettingsError
from tests import limits
from tests.test_layout import PROCESSES, ROOT

# Runs a process until it ends because of a setting that does not exist, and prints the umask that it had then.
PLAYED = """
import os, runpy, sys
os.umask(0o022)
leave = os._exit
def ended(code):
    print(f"umask {os.umask(0):03o}", flush=True)
    leave(code)
os._exit = ended
path, sys.argv = sys.argv[1], sys.argv[1:]
try:
    runpy.run_path(path, run_name="__main__")
except SystemExit:
    pass
ended(0)
"""
ARGUMENTS = {"cli": ["list"]}


@pytest.fixture(autouse=True)
def open_by_default() -> Iterator[None]:
    """The usual default of a machine, under which everyone can read a new file."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.server
def test_every_process_creates_files_for_its_user_alone(subtests: pytest.Subtests) -> None:
    for process in PROCESSES:
        command = [sys.executable, "-c", PLAYED, f"{process}.py", *ARGUMENTS.get(process, [])]
        environment = os.environ | {"HOSTED_SMS_NO_SUCH_SETTING": "1", "PYTHONPATH": str(ROOT)}
        with subtests.test(process):
            done = subprocess.run(  # noqa: S603 - our own program with our own arguments
                command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=limits.WAIT, check=False
            )
            assert "umask 077" in done.stdout, done.stderr


async def test_a_document_is_stored_for_one_user(tmp_path: Path) -> None:
    folder = tmp_path / "of" / "documents"
    keep_private()
    store = DocumentStore.from_url(folder.as_uri())
    document = await store.put("acme-1", b"%PDF-1.7 a letter", "loa.pdf")

    assert rights(folder / "acme-1" / document.sha256) == 0o600
    assert {rights(path) for path in (folder.parent, folder, folder / "acme-1")} == {0o700}


@pytest.mark.parametrize("others", [0o055, 0o007, 0o050, 0o001])
def test_a_folder_that_others_can_open_is_closed_with_a_word(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, others: int
) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    folder.chmod(0o700 | others)
    for _start in range(2):
        DocumentStore.from_url(folder.as_uri())

    assert rights(folder) == 0o700
    assert [record.message for record in caplog.records] == ["document_folder_closed"]


def of_another_user(descriptor: int, mode: int) -> None:
    raise PermissionError(descriptor, mode)


def without_effect(descriptor: int, mode: int) -> None:
    del descriptor, mode


@pytest.mark.parametrize(("chmod", "part"), [(of_another_user, "belongs to the user"), (without_effect, "mount it")])
def test_a_folder_that_cannot_be_closed_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chmod: object, part: str
) -> None:
    tmp_path.chmod(0o755)
    monkeypatch.setattr(os, "fchmod", chmod)
    with pytest.raises(SettingsError, match=part) as refused:
        DocumentStore.from_url(tmp_path.as_uri())
    assert str(tmp_path) in str(refused.value)
    assert "HOSTED_SMS_DOCUMENT_STORE" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_with_keys_is_never_open_to_others(tmp_path: Path) -> None:
    os.umask(0)
    elsewhere, path = tmp_path / "elsewhere", tmp_path / "env"
    elsewhere.write_text("of someone else")
    path.symlink_to(elsewhere)
    for _time in range(2):
        write_private(path, "a key")
        assert (path.read_text(), path.is_symlink(), rights(path)) == ("a key", False, 0o600)
        path.chmod(0o644)  # as an earlier version left it
    assert elsewhere.read_text() == "of someone else"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["elsewhere", "env"]
