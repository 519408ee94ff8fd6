"""What one simulator is started with; most of it can be changed while it runs (`POST /_simulator/settings`)."""

from dataclasses import dataclass, field
from pathlib import Path

TRANSFER_WINDOW = 72 * 3600.0
"""Seconds the owner of a number has to answer an internal transfer; silence is approval (Telnyx facts §6)."""

NEVER_KNOWN_PROFILE = "00000000-0000-4000-8000-000000000404"
"""A messaging profile id that no simulator knows, for tests of the refusal."""


@dataclass(slots=True)
class Settings:
    """The dials of one simulator.

    Attributes:
        review_seconds: how long the whole review takes after an upload, in three equal parts.
        seed: makes ids, codes and tokens the same in every run.
        unknown_profiles: messaging profile ids that the API does not know; every other UUID is known.
        ownership_word_over_rest: show `ownership_successful` over REST too, where the OpenAPI document has no such
            word; without it a verified number still reads `pending` there (Telnyx facts §2).
        upload_needs_verified: refuse documents while a number of the order is not verified. Telnyx does not say
            whether it does (Telnyx facts §11); refusing is the stricter guess.
        transfer_seconds: how long the owner may be silent before an internal transfer counts as approved.
        webhook_key_file: where the key that signs webhooks is kept, so that it survives a restart; made when missing.
    """

    review_seconds: float = 3.0
    seed: int = 1
    unknown_profiles: set[str] = field(default_factory=lambda: {NEVER_KNOWN_PROFILE})
    ownership_word_over_rest: bool = False
    upload_needs_verified: bool = True
    transfer_seconds: float = TRANSFER_WINDOW
    webhook_key_file: Path | None = None
