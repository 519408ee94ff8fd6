"""Files are found as people name them, and read within bounds."""

import asyncio
import io
import os
import unicodedata
from pathlib import Path

import pytest

from commands import files
from services.errors import Refused

COMPOSED = "Büro/Rechnung März.pdf"
DECOMPOSED = unicodedata.normalize("NFD", COMPOSED)


def written(folder: Path, name: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"%PDF")
    return path


@pytest.mark.parametrize(
    ("on_disk", "typed"),
    [
        (COMPOSED, COMPOSED),
        (COMPOSED, DECOMPOSED),
        (DECOMPOSED, COMPOSED),
        (unicodedata.normalize("NFD", "Büro") + "/März.pdf", "Büro/" + unicodedata.normalize("NFD", "März.pdf")),
        ("bill - may.pdf", "bill – may.pdf"),
        ("bill may.pdf", "\u202abill\u202fmay.pdf\u202c"),
        ("bill – may.pdf", "bill – may.pdf"),  # a name may have such marks itself
    ],
)
async def test_a_file_is_found_in_either_form_of_unicode_and_with_marks_that_programs_add(
    tmp_path: Path, on_disk: str, typed: str
) -> None:
    path = written(tmp_path, on_disk)
    pdf = files.pdf(tmp_path / typed)
    assert pdf is not None
    assert (pdf.path, await pdf.read()) == (path, b"%PDF")


def test_a_file_with_exactly_the_typed_name_comes_first(tmp_path: Path) -> None:
    for name in ("bill - may.pdf", "bill – may.pdf"):
        written(tmp_path, name)
    assert files.find(tmp_path / "bill – may.pdf").name == "bill – may.pdf"


@pytest.mark.parametrize("name", ["gone.pdf", "x" * 5_000, "zero\0byte", "Büro/none", "."])
async def test_a_path_without_a_file_is_refused_in_a_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused) as refused:
        await files.read(tmp_path / name)
    assert str(refused.value).endswith(".")


async def test_a_device_that_never_ends_and_a_file_that_is_too_large_are_not_read_whole(tmp_path: Path) -> None:
    assert len(await asyncio.wait_for(files.read(Path("/dev/zero")), 60)) == 50_000_000
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(50_000_001)
    with pytest.raises(Refused):
        await files.read(tmp_path / "huge")


@pytest.mark.parametrize("source", ["-", "file"])
def test_lines_are_utf_8_whatever_the_terminal_is(tmp_path: Path, source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"\xef\xbb\xbf# codes of M\xc3\xbcller\r\n+15125550100=12345\r\n"
    (tmp_path / "codes").write_bytes(content)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content), encoding="ascii"))
    assert files.read_lines("-" if source == "-" else os.fspath(tmp_path / "codes")) == ["+15125550100=12345"]
