"""Why a document cannot be used."""


class UnusableDocument(Exception):  # noqa: N818 - the name says what a person sees
    """The document is missing, damaged or not a PDF that Telnyx takes; the text says in one sentence what to do."""
