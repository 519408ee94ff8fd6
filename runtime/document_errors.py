"""What can be wrong with a stored document or with the document store. Each text is one sentence."""

from domain.documents import UnusableDocument


class DocumentError(Exception):
    """Something is wrong with a document or with its store."""


class DocumentMissing(DocumentError, UnusableDocument):  # noqa: N818 - named for what a person sees
    """The store has no such document: it was never handed in here, or it was deleted."""


class DocumentDamaged(DocumentError, UnusableDocument):  # noqa: N818 - named for what a person sees
    """The store holds other bytes than were handed in."""


class DocumentTooLarge(DocumentError, UnusableDocument):  # noqa: N818 - named for what a person sees
    """It has more bytes than Telnyx takes. It was not read."""


class DocumentStoreUnavailable(DocumentError):  # noqa: N818 - named for what a person sees
    """The store itself cannot be read or written. Another try may succeed."""


class DocumentCheckUnavailable(DocumentError):  # noqa: N818 - named for what a person sees
    """No PDF can be opened on this machine now, whatever it is. Another try may succeed."""

    def __init__(self, why: str) -> None:
        super().__init__(f"No PDF can be checked now ({why}): see that this machine can start Python, and try again.")
