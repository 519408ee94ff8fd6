"""The settings of one simulator; most of them can be changed while it runs (`POST /_simulator/settings`)."""

from dataclasses import dataclass, field
from pathlib import Path

TRANSFER_WINDOW = 72 * 3600.0
"""Seconds that the owner of a number has to object to an internal transfer (docs/telnyx.md §6)."""

NEVER_KNOWN_PROFILE = "00000000-0000-4000-8000-000000000404"
"""A messaging profile id that no simulator knows."""


@dataclass(slots=True)
class Settings:
    """The settings of one simulator.

    Attributes:
        review_seconds: how long the whole review takes after an upload, in three equal parts.
        seed: the same seed gives the same ids, codes and tokens.
        unknown_profiles: messaging profile ids that the API does not know; every other UUID is known.
        ownership_word_over_rest: show `ownership_successful` over REST too, where the OpenAPI document has no such
            status. Without it a verified number is still `pending` there (docs/telnyx.md §2).
        updated_at_over_rest: show when an order changed last. No source promises that field (docs/telnyx.md §1).
        upload_needs_verified: refuse documents while a number of the order is not verified. Whether Telnyx does that is
            not documented (docs/telnyx.md §11); refusing is the stricter guess.
        transfer_seconds: after how long without an answer of the owner an internal transfer is approved.
        webhook_key_file: file with the key that signs webhooks, created if missing. None: every start has a new key.
    """

    review_seconds: float = 3.0
    seed: int = 1
    unknown_profiles: set[str] = field(default_factory=lambda: {NEVER_KNOWN_PROFILE})
    ownership_word_over_rest: bool = False
    updated_at_over_rest: bool = False
    upload_needs_verified: bool = True
    transfer_seconds: float = TRANSFER_WINDOW
    webhook_key_file: Path | None = None
