"""Opens a PDF and says whether Telnyx can use it."""

from pypdf import PasswordType, PdfReader

from runtime.cpu_limit import OutOfTime, cpu_limit
from runtime.pdf_condition import PdfCondition
from runtime.pdf_reader import open_pdf

MAX_SECONDS = 3.0
"""Of the processor. A file of 5 MB takes less than one."""


def condition_of(content: bytes, seconds: float = MAX_SECONDS) -> PdfCondition:
    """The condition of a PDF. Never raises; `seconds` limits the work."""
    try:
        with cpu_limit(seconds), open_pdf(content) as reader:
            return _condition(reader)
    except (OutOfTime, MemoryError):
        return PdfCondition.TOO_MUCH_WORK
    except Exception:  # noqa: BLE001 - pypdf raises anything for a broken file
        return PdfCondition.SEALED if b"/Encrypt" in content else PdfCondition.DAMAGED


def _condition(reader: PdfReader) -> PdfCondition:
    if not reader.is_encrypted:
        return PdfCondition.USABLE if len(reader.pages) > 0 else PdfCondition.WITHOUT_PAGES
    if reader.decrypt("") is PasswordType.NOT_DECRYPTED:
        return PdfCondition.LOCKED
    return PdfCondition.PROTECTED
