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


async def test_only_regular_files_of_a_sensible_size_are_imported(tmp_path: Path, subtests: pytest.Subtests) -> None:
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(20_000_001)
    for path in (Path("/dev/zero"), tmp_path / "pipe", tmp_path / "huge"):
        pdf = files.pdf(path)
        assert pdf is not None
        for read in (lambda path=path: files.read(path), pdf.read):
            with subtests.test(path.name), pytest.raises(Refused, match=path.name):
                await asyncio.wait_for(read(), 60)
        with subtests.test(f"lines of {path.name}"), pytest.raises(Refused, match=path.name):
            files.read_lines(os.fspath(path))


def test_standard_input_has_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/zero").open() as endless:
        monkeypatch.setattr("sys.stdin", endless)
        with pytest.raises(Refused, match="more than"):
            files.read_lines("-")
        with pytest.raises(Refused, match="longer than"):
            files.read_line()
    monkeypatch.setattr("sys.stdin", None)  # so it is when the shell closed it: `<&-`
    with pytest.raises(Refused, match="is closed"):
        files.read_lines("-")
    assert files.read_line() == ""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A folder for a table, below it a document, beside it a secret, and links to both."""
    folder = tmp_path / "orders"
    written(folder, "papers/loa.pdf")
    written(tmp_path, "secret.pdf")
    (folder / "inside.pdf").symlink_to(folder / "papers/loa.pdf")
    (folder / "link.pdf").symlink_to("../secret.pdf")
    (folder / "up").symlink_to(tmp_path)
    return folder


@pytest.mark.parametrize("cell", ["papers/loa.pdf", "inside.pdf", "papers/../papers/loa.pdf", "./papers//loa.pdf"])
async def test_a_cell_names_documents_below_the_folder_of_its_table(table: Path, cell: str) -> None:
    assert await files.pdf_of_cell(table, cell, allow_outside=False).read() == b"%PDF"


@pytest.mark.parametrize(
    "cell", ["../secret.pdf", "papers/../../secret.pdf", "link.pdf", "up/secret.pdf", "{absolute}"]
)
async def test_a_cell_names_no_other_file_unless_that_is_allowed(table: Path, cell: str) -> None:
    named = cell.format(absolute=table.parent / "secret.pdf")
    with pytest.raises(Refused, match="--allow-outside"):
        await files.pdf_of_cell(table, named, allow_outside=False).read()
    assert await files.pdf_of_cell(table, named, allow_outside=True).read() == b"%PDF"


@pytest.mark.parametrize("cell", ["..\\secret.pdf", "C:\\secret.pdf", "file:///etc/passwd", "s3://bucket/secret.pdf"])
async def test_what_is_no_path_here_is_no_file(table: Path, cell: str) -> None:
    with pytest.raises(Refused, match="does not exist"):
        await files.pdf_of_cell(table, cell, allow_outside=False).read()


@pytest.mark.parametrize("source", ["-", "file"])
def test_lines_are_utf_8_whatever_the_terminal_is(tmp_path: Path, source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"\xef\xbb\xbf# codes of M\xc3\xbcller\r\n+15125550100=12345\r\n"
    (tmp_path / "codes").write_bytes(content)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content), encoding="ascii"))
    assert files.read_lines("-" if source == "-" else os.fspath(tmp_path / "codes")) == ["+15125550100=12345"]
