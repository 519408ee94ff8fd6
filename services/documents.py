"""Takes LOAs and bills in from files: gated first, stored only when everything else of the request holds."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.messages import Document
from runtime import pdf_gate
from runtime.documents import DocumentStore
from runtime.pdf_gate import DocumentRefused
from services.errors import Refused

_LONGEST_PATH = 200


@dataclass(frozen=True)
class CheckedPdf:
    """A PDF that passed the gate and is not stored yet; its bytes are read again when it is."""

    path: Path
    document: Document


async def take(path: Path) -> CheckedPdf:
    """Reads and gates one file.

    Raises:
        Refused: it is missing, cannot be read, or is no PDF that Telnyx could use (Telnyx facts §9).
    """
    content = await asyncio.to_thread(_read, path)
    try:
        await asyncio.to_thread(pdf_gate.check, content, path.name)
    except DocumentRefused as error:
        raise Refused(str(error)) from None
    sha256 = hashlib.sha256(content).hexdigest()
    return CheckedPdf(path, Document(sha256=sha256, size=len(content), name=pdf_gate.safe_name(path.name)))


async def bill_warnings(bill: CheckedPdf | None, phone_numbers: Sequence[str]) -> list[str]:
    """What a reviewer may object to in a bill: ordered numbers that its text does not show."""
    if bill is None:
        return []
    content = await asyncio.to_thread(_read, bill.path)
    reading = await asyncio.to_thread(pdf_gate.numbers_missing_from, content, phone_numbers)
    if not reading.readable:
        return [f"The text of {bill.path.name} cannot be read (a scan?), so nobody checked that it shows the numbers."]
    if not reading.missing:
        return []
    return [f"{bill.path.name} does not show {', '.join(reading.missing)}: the review may refuse the bill."]


async def put(store: DocumentStore, reference: str, papers: Sequence[CheckedPdf]) -> None:
    """Stores papers under the reference; the same file again changes nothing.

    Raises:
        Refused: a file changed since it was gated.
        DocumentStoreUnavailable: the store does not answer.
    """
    for paper in papers:
        content = await asyncio.to_thread(_read, paper.path)
        if hashlib.sha256(content).hexdigest() != paper.document.sha256:
            raise Refused(f"{paper.path} changed while it was handed in: hand it in again.")
        await store.put(reference, content, paper.document.name)


def _read(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise Refused(f"{_shown(path)} is a folder: name the PDF itself.")
        _refuse_giants(path)
        return path.read_bytes()
    except FileNotFoundError:
        raise Refused(f"There is no file {_shown(path)}: correct the path.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is malformed"
        raise Refused(f"{_shown(path)} cannot be read ({reason}): correct its path or its rights.") from None


def _shown(path: Path) -> str:
    """A path for a sentence: on one line, and its end alone when it is very long."""
    text = "".join(sign if sign.isprintable() else "?" for sign in str(path))
    return text if len(text) <= _LONGEST_PATH else f"…{text[-_LONGEST_PATH:]}"


def _refuse_giants(path: Path) -> None:
    """Keeps a file that could never pass the gate out of memory."""
    size = path.stat().st_size
    if size > 2 * pdf_gate.MAX_BYTES:
        raise Refused(f"{path.name} has {size:,} bytes, but Telnyx takes at most 5 MB: save it smaller.")
