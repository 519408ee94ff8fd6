"""One request to Telnyx, before it is sent."""

from dataclasses import dataclass, field

WRITE_SECONDS = 10.0
"""How long sending a JSON body of a few kilobytes may take."""

UPLOAD_WRITE_SECONDS = 60.0
"""How long sending two PDFs of up to 5 MB each may take; it is enough for a line of 1.5 Mbit/s."""


@dataclass(frozen=True)
class Call:
    """What to send. `doing` completes the sentence "when asked to …".

    `path` is quoted and begins with a slash. `changes_nothing` is true for a POST that only asks. `secrets` are the
    token and codes of this call: they are removed from everything that Telnyx repeats of them.
    """

    doing: str
    method: str
    path: str
    changes_nothing: bool = False
    params: dict[str, str | int] = field(default_factory=dict, repr=False)
    json: object = field(default=None, repr=False)
    files: dict[str, tuple[str, bytes, str]] | None = field(default=None, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def only_reads(self) -> bool:
        """Whether it changes nothing at Telnyx."""
        return self.method == "GET" or self.changes_nothing

    @property
    def write_seconds(self) -> float:
        """How long sending the body may take."""
        return UPLOAD_WRITE_SECONDS if self.files else WRITE_SECONDS
