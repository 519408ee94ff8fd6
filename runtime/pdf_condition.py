"""What can be said of a PDF once it was opened, or once that was tried."""

from enum import StrEnum


class PdfCondition(StrEnum):
    """Whether Telnyx can use a PDF, and why not."""

    USABLE = "usable"
    LOCKED = "locked"
    """It is encrypted and opens with a password only."""
    PROTECTED = "protected"
    """It is encrypted and opens without a password."""
    SEALED = "sealed"
    """It is encrypted, and how it opens cannot be told."""
    DAMAGED = "damaged"
    WITHOUT_PAGES = "without_pages"
    TOO_MUCH_WORK = "too_much_work"
    """Opening it takes more time or memory than we give a file."""
