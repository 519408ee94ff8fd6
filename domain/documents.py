"""The largest document, and why one cannot be used."""

MAX_BYTES = 5 * 1024 * 1024
"""The largest file that Telnyx accepts (docs/telnyx.md §9)."""


class UnusableDocument(Exception):  # noqa: N818 - the name says what a person sees
    """The document is missing, damaged or not a PDF that Telnyx takes; the text says in one sentence what to do."""
