"""What is uploaded; free of any HTTP library, so that activities may import it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Pdf:
    """One PDF to hand in: the file name that Telnyx shall see, and its bytes."""

    name: str
    content: bytes = field(repr=False)
