"""Reads the files that a person names, with one sentence for each way in which that fails."""

import sys
from dataclasses import dataclass
from pathlib import Path

from services.errors import Refused

_LONGEST_PATH = 200


@dataclass(frozen=True)
class PdfFile:
    """A PDF on disk; it is read each time that its bytes are needed."""

    path: Path

    @property
    def name(self) -> str:
        """The name of the file without its folder."""
        return self.path.name

    async def read(self) -> bytes:
        """The bytes; raises Refused when the file cannot be read or is far too large."""
        import asyncio

        from runtime import pdf_gate

        return await asyncio.to_thread(_read, self.path, 2 * pdf_gate.MAX_BYTES)


def pdf(path: Path | None) -> PdfFile | None:
    """The PDF of an option that may be absent."""
    return None if path is None else PdfFile(path)


async def read(path: Path) -> bytes:
    """The bytes of a file; raises Refused when it cannot be read."""
    import asyncio

    return await asyncio.to_thread(_read, path)


def read_lines(source: str) -> list[str]:
    """The lines of a text file, or of standard input for `-`, without empty lines and `#` comments.

    Raises:
        Refused: it cannot be read as UTF-8 text.
    """
    try:
        text = sys.stdin.read() if source == "-" else _read(Path(source)).decode()
    except UnicodeDecodeError:
        raise Refused(f"{_shown(source)} is not UTF-8 text: save it as plain text.") from None
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _read(path: Path, at_most: int | None = None) -> bytes:
    shown = _shown(str(path))
    try:
        if path.is_dir():
            raise Refused(f"{shown} is a folder: name the file itself.")
        size = path.stat().st_size
        if at_most is not None and size > at_most:  # never loaded: it could not pass the gate
            raise Refused(f"{shown} has {size:,} bytes, but Telnyx takes at most 5 MB: save it smaller.")
        return path.read_bytes()
    except FileNotFoundError:
        raise Refused(f"There is no file {shown}: correct the path.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is malformed"
        raise Refused(f"{shown} cannot be read ({reason}): correct its path or its rights.") from None


def _shown(path: str) -> str:
    """A path for a sentence: on one line, and only its end when it is very long."""
    text = "".join(sign if sign.isprintable() else "?" for sign in path)
    return text if len(text) <= _LONGEST_PATH else f"…{text[-_LONGEST_PATH:]}"
