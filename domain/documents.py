"""Why a document cannot be used; the person who handed it in is told the sentence."""


class UnusableDocument(Exception):  # noqa: N818 - named for what a person sees
    """The document is missing, damaged or no PDF that Telnyx takes; the text is one sentence that says what to do."""
