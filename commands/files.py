"""Reads the files that a person names, with one sentence for each way in which that fails."""

import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from domain.documents import MAX_BYTES
from domain.pasted_text import clean
from domain.printable import printable
from runtime import files
from runtime.files import OutsideFolder, TooLarge, UnreadableFile
from services.errors import Refused

_LONGEST_PATH = 200
_MOST_BYTES = 20_000_000
"""Of a CSV: a hundred thousand requests take about ten million."""
_MOST_LINES_BYTES = 1_000_000
"""Of a file of codes."""
_LONGEST_LINE = 1000
_MOST_PDF_BYTES = 2 * MAX_BYTES
"""A file just above the limit is read and refused for what it is."""


@dataclass(frozen=True)
class PdfFile:
    """A PDF on disk; it is read each time that its bytes are needed. The path is one that `find` returned."""

    path: Path
    below: Path | None = None
    """The folder that it must lie in. None: a person named it, and it may lie anywhere."""

    @property
    def name(self) -> str:
        """The name of the file without its folder."""
        return self.path.name

    async def read(self) -> bytes:
        """The bytes; raises Refused when the file cannot be read, is far too large or lies outside its folder."""
        import asyncio

        return await asyncio.to_thread(_read_pdf, self.path, self.below)


def pdf(path: Path | None) -> PdfFile | None:
    """The PDF of an option that may be absent."""
    return None if path is None else PdfFile(find(path))


def pdf_of_cell(folder: Path, cell: str, *, allow_outside: bool) -> PdfFile:
    """The PDF that a cell of a table in `folder` names. The author of the table may not choose any file here."""
    return PdfFile(find(folder / cell), None if allow_outside else folder)


def find(path: Path) -> Path:
    """The file that a typed or pasted path means.

    A Mac writes `é` as two characters, other systems write one, and a spreadsheet may add marks that no one sees. Each
    part of the path is looked up as given first, and the whole path is returned as given when nothing is found.
    """
    found = Path()
    for part in path.parts:
        spellings = (found / spelling for spelling in _spellings(part))
        existing = next((one for one in spellings if _exists(one)), None)
        if existing is None:
            return path
        found = existing
    return found


def _spellings(part: str) -> Iterator[str]:
    for text in (part, clean(part)):
        yield text
        yield unicodedata.normalize("NFC", text)
        yield unicodedata.normalize("NFD", text)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name that is too long, or that holds a zero byte
        return False


async def read(path: Path) -> bytes:
    """The bytes of a file; raises Refused when it cannot be read or is far too large."""
    import asyncio

    return await asyncio.to_thread(_read, find(path), _MOST_BYTES)


def read_table(source: str) -> bytes:
    """The bytes of a CSV file, or of standard input for `-`; raises Refused when it cannot be read or is too large."""
    try:
        return _read_input(_MOST_BYTES) if source == "-" else files.read(find(Path(source)), _MOST_BYTES)
    except UnreadableFile as error:
        raise _refused("Standard input" if source == "-" else _shown(source), error) from None


def read_lines(source: str) -> list[str]:
    """The lines of a text file, or of standard input for `-`, without empty lines and `#` comments.

    Raises:
        Refused: it cannot be read, is far too large, or is not UTF-8 text.
    """
    shown = "Standard input" if source == "-" else _shown(source)
    try:
        content = _read_input(_MOST_LINES_BYTES) if source == "-" else files.read(find(Path(source)), _MOST_LINES_BYTES)
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(f"{shown} is not UTF-8 text: save it as plain text.") from None
    except UnreadableFile as error:
        other_way = "" if source == "-" else ", or give `-` to read standard input"
        raise Refused(f"{shown} {error.what}: {error.remedy}{other_way}.") from None
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def read_line() -> str:
    """One line of standard input, which is empty when standard input is closed.

    Raises:
        Refused: it is far too long.
    """
    line = "" if sys.stdin is None else sys.stdin.readline(_LONGEST_LINE + 1)
    if len(line) > _LONGEST_LINE:
        raise Refused(f"The line on standard input is longer than {_LONGEST_LINE:,} characters: give one short line.")
    return line


def _read_input(at_most: int) -> bytes:
    """Standard input, whatever the encoding of the terminal is."""
    if sys.stdin is None:
        raise UnreadableFile("is closed", "name a file instead")
    given = getattr(sys.stdin, "buffer", sys.stdin).read(at_most + 1)
    if len(given) > at_most:
        raise UnreadableFile(f"has more than {at_most:,} bytes", "give only what is needed")
    return given if isinstance(given, bytes) else given.encode()


def _read(path: Path, at_most: int) -> bytes:
    try:
        return files.read(path, at_most)
    except UnreadableFile as error:
        raise _refused(_shown(str(path)), error) from None


def _read_pdf(path: Path, below: Path | None) -> bytes:
    try:
        if below is None:
            return files.read(path, _MOST_PDF_BYTES)
        return files.read_below(below, path, _MOST_PDF_BYTES)
    except TooLarge as error:
        raise Refused(f"{_shown(str(path))} {error.what}, but Telnyx takes at most 5 MB: save it smaller.") from None
    except OutsideFolder as error:
        raise Refused(
            f"{_shown(str(path))} {error.what} of the file that is imported: {error.remedy}, or give `--allow-outside`."
        ) from None
    except UnreadableFile as error:
        raise _refused(_shown(str(path)), error) from None


def _refused(shown: str, error: UnreadableFile) -> Refused:
    return Refused(f"{shown} {error.what}: {error.remedy}.")


def _shown(path: str) -> str:
    """A path for a sentence: on one line, and only its end when it is very long."""
    text = printable(path)
    return text if len(text) <= _LONGEST_PATH else f"…{text[-_LONGEST_PATH:]}"
