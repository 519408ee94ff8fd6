"""Reads the files that a person names, with one sentence for each way in which that fails."""

import stat
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from domain.pasted_text import clean
from services.errors import Refused

_LONGEST_PATH = 200
_MOST_BYTES = 50_000_000
"""Of a CSV: a hundred thousand requests take about ten million."""
_MOST_LINES_BYTES = 1_000_000
"""Of a file of codes."""


@dataclass(frozen=True)
class PdfFile:
    """A PDF on disk; it is read each time that its bytes are needed. The path is one that `find` returned."""

    path: Path

    @property
    def name(self) -> str:
        """The name of the file without its folder."""
        return self.path.name

    async def read(self) -> bytes:
        """The bytes; raises Refused when the file cannot be read or is far too large."""
        import asyncio

        from runtime import pdf_gate

        return await asyncio.to_thread(_read, self.path, 2 * pdf_gate.MAX_BYTES, "Telnyx takes at most 5 MB")


def pdf(path: Path | None) -> PdfFile | None:
    """The PDF of an option that may be absent."""
    return None if path is None else PdfFile(find(path))


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

    return await asyncio.to_thread(_read, find(path), _MOST_BYTES, "an import takes at most 50 MB")


def read_lines(source: str) -> list[str]:
    """The lines of a text file, or of standard input for `-`, without empty lines and `#` comments.

    Raises:
        Refused: it cannot be read as UTF-8 text.
    """
    try:
        content = (
            _read_input() if source == "-" else _read(find(Path(source)), _MOST_LINES_BYTES, "codes take at most 1 MB")
        )
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(f"{_shown(source)} is not UTF-8 text: save it as plain text.") from None
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _read_input() -> bytes:
    """Standard input, whatever the encoding of the terminal is."""
    given = getattr(sys.stdin, "buffer", sys.stdin).read(_MOST_LINES_BYTES)
    return given if isinstance(given, bytes) else given.encode()


def _read(path: Path, at_most: int, limit: str) -> bytes:
    shown = _shown(str(path))
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise Refused(f"{shown} is a folder: name the file itself.")
        if found.st_size > at_most:  # never loaded: no part of the program could use it
            raise Refused(f"{shown} has {found.st_size:,} bytes, but {limit}: name a smaller file.")
        with path.open("rb") as file:  # a device has no size, and may never end
            return file.read(at_most)
    except FileNotFoundError:
        raise Refused(f"There is no file {shown}: correct the path.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is malformed"
        raise Refused(f"{shown} cannot be read ({reason}): correct its path or its rights.") from None


def _shown(path: str) -> str:
    """A path for a sentence: on one line, and only its end when it is very long."""
    text = "".join(sign if sign.isprintable() else "?" for sign in path)
    return text if len(text) <= _LONGEST_PATH else f"…{text[-_LONGEST_PATH:]}"
