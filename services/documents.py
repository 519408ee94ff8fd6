"""Checks LOAs and bills when a person submits them, and stores them once the rest of the request is right."""

import asyncio
import hashlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from domain.messages import Document
from domain.text import join_some
from services.errors import Refused

if TYPE_CHECKING:
    from runtime.document_store import DocumentStore
    from runtime.pdf_gate import BillReading

_NUMBERS_AT_ONCE = 5_000
"""That one answer about a PDF holds."""


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
    return warnings_of(bill.pdf.name, await read_bill(bill, phone_numbers))


async def read_bill(bill: CheckedPdf, phone_numbers: Sequence[str]) -> "BillReading":
    """What the text of a bill says about numbers, in E.164, however many they are.

    Raises:
        Refused: the file cannot be read any more.
        DocumentCheckUnavailable: no PDF can be opened on this machine now.
    """
    from runtime import pdf_gate

    content = await bill.pdf.read()
    reading = await asyncio.to_thread(pdf_gate.numbers_missing_from, content, phone_numbers[:_NUMBERS_AT_ONCE])
    for first in range(_NUMBERS_AT_ONCE, len(phone_numbers), _NUMBERS_AT_ONCE):
        some = phone_numbers[first : first + _NUMBERS_AT_ONCE]
        reading.missing.extend((await asyncio.to_thread(pdf_gate.numbers_missing_from, content, some)).missing)
    return reading


def warnings_of(name: str, reading: "BillReading") -> list[str]:
    """What a reading of a bill with this name says to a person."""
    if not reading.readable:
        return [f"The text of {name} cannot be read (a scan?): check yourself that it shows every number."]
    if not reading.missing:
        return []
    missing = join_some(reading.missing)
    if reading.in_part:
        read = f"{name} could be read only in part ({reading.pages_read} of {reading.pages} pages)"
        return [f"{read}. That part does not show {missing}: check yourself that the rest does."]
    return [f"{name} does not show {missing}: the review may refuse the bill."]


async def put(store: "DocumentStore", reference: str, pdfs: Iterable[CheckedPdf]) -> list[Document]:
    """Stores PDFs under a reference. The same PDF again changes nothing.

    Returns:
        Those that were not in the store before.

    Raises:
        Refused: a PDF changed since it was checked.
        DocumentStoreUnavailable: the store does not answer.
    """
    new: list[Document] = []
    for checked in pdfs:
        content = await checked.pdf.read()
        if hashlib.sha256(content).hexdigest() != checked.document.sha256:
            raise Refused(f"{checked.pdf.name} changed after it was checked: submit it again.")
        known = await store.has(reference, checked.document)
        stored = await store.put(reference, content, checked.document.name)
        new += [] if known else [stored]
    return new


async def remove(store: "DocumentStore", reference: str, stored: Iterable[Document], *, besides: Sequence[str]) -> None:
    """Removes what a start stored that came to nothing, but for the hashes `besides`.

    What a store that does not answer keeps is deleted with the other documents of the reference, after its end.
    """
    from runtime.document_errors import DocumentStoreUnavailable

    with suppress(DocumentStoreUnavailable):
        for document in stored:
            if document.sha256 not in besides:
                await store.delete(reference, document)
