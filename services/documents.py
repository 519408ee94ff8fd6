"""Checks LOAs and bills when a person submits them, and stores them once the rest of the request is right."""

import asyncio
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from domain.messages import Document
from services.errors import Refused

if TYPE_CHECKING:
    from runtime.document_store import DocumentStore


class Pdf(Protocol):
    """A PDF as a face has it. Its bytes are read when they are needed, so that a bulk import does not hold them all."""

    @property
    def name(self) -> str:
        """The file name that the person gave it."""
        ...

    async def read(self) -> bytes:
        """The bytes; raises Refused when they cannot be read."""
        ...


@dataclass(frozen=True)
class PdfBytes:
    """A PDF in memory."""

    name: str
    content: bytes = field(repr=False)

    async def read(self) -> bytes:
        """The bytes."""
        return self.content


@dataclass(frozen=True)
class CheckedPdf:
    """A PDF that passed the gate and is not stored yet."""

    pdf: Pdf
    document: Document


async def check(pdf: Pdf) -> CheckedPdf:
    """Passes a PDF through the gate.

    Raises:
        Refused: it cannot be read, or Telnyx could not use it (docs/telnyx.md §9).
        DocumentCheckUnavailable: no PDF can be opened on this machine now.
    """
    from runtime import pdf_gate  # most commands have no PDF

    content = await pdf.read()
    try:
        await asyncio.to_thread(pdf_gate.check, content, pdf.name)
    except pdf_gate.DocumentRefused as error:
        raise Refused(str(error)) from None
    sha256 = hashlib.sha256(content).hexdigest()
    return CheckedPdf(pdf, Document(sha256=sha256, size=len(content), name=pdf_gate.safe_name(pdf.name)))


async def bill_warnings(bill: CheckedPdf | None, phone_numbers: Sequence[str]) -> list[str]:
    """What a reviewer may object to in a bill: its text does not show a number, or could not be read as a whole."""
    if bill is None:
        return []
    from runtime import pdf_gate

    content = await bill.pdf.read()
    reading = await asyncio.to_thread(pdf_gate.numbers_missing_from, content, phone_numbers)
    if not reading.readable:
        return [f"The text of {bill.pdf.name} cannot be read (a scan?): check yourself that it shows every number."]
    if not reading.missing:
        return []
    if reading.in_part:
        read = f"{bill.pdf.name} could be read only in part ({reading.pages_read} of {reading.pages} pages)"
        return [f"{read}. That part does not show {', '.join(reading.missing)}: check yourself that the rest does."]
    return [f"{bill.pdf.name} does not show {', '.join(reading.missing)}: the review may refuse the bill."]


async def put(store: "DocumentStore", reference: str, pdfs: Iterable[CheckedPdf]) -> None:
    """Stores PDFs under a reference. The same PDF again changes nothing.

    Raises:
        Refused: a PDF changed since it was checked.
        DocumentStoreUnavailable: the store does not answer.
    """
    for checked in pdfs:
        content = await checked.pdf.read()
        if hashlib.sha256(content).hexdigest() != checked.document.sha256:
            raise Refused(f"{checked.pdf.name} changed after it was checked: submit it again.")
        await store.put(reference, content, checked.document.name)
