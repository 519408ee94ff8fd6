"""The files that are uploaded. This module loads no HTTP library, so that activities may import it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Pdf:
    """One PDF: the file name that Telnyx sees, and the content."""

    name: str
    content: bytes = field(repr=False)
