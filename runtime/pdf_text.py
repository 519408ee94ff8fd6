"""The text that a PDF shows, and how much of it could be read."""

import contextlib
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pypdf import PageObject, PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from runtime.cpu_limit import OutOfTime, cpu_limit
from runtime.pdf_reader import open_pdf

MAX_PAGES = 200
_MAX_CHARACTERS = 1_000_000
MAX_SECONDS = 6.0
"""Of the processor, for the whole file. A page of a bill takes a few hundredths."""
_MAX_ANNOTATIONS = 2_000  # of one page
_HIGHEST_COUNT = 10_000  # a file that counts more pages than pypdf looks for is damaged
_MAX_TYPED = 100_000  # characters of one page, which may name the same field again and again
_MAX_PARENTS = 8  # of a form field
_TYPED = ("/Widget", "/FreeText")


@dataclass(frozen=True)
class PdfText:
    """The text of a PDF, within our limits."""

    text: str
    pages: int
    """How many the file has, or says that it has; 0 when it cannot be opened."""
    pages_read: int
    """How many of them gave text, all of it. A blank page, an image and a damaged page give none."""


def read_text(content: bytes, seconds: float = MAX_SECONDS) -> PdfText:
    """Read a PDF. Never raises and never hangs: it ends after 200 pages, a million characters or `seconds` of work.

    What a person typed into a form field or wrote over a page counts as text of that page.
    """
    parts: list[str] = []
    pages = pages_read = 0
    with contextlib.suppress(Exception, OutOfTime), cpu_limit(seconds), open_pdf(content) as reader:
        pages, left = _count(reader), _MAX_CHARACTERS
        for page in itertools.islice(reader.pages, MAX_PAGES):
            if left <= 0:
                break
            text = f"{_try(PageObject.extract_text, page)}\n{_try(_typed, page)}".strip()
            parts.append(text[:left])
            pages_read += 0 < len(text) <= left
            left -= len(text)
    return PdfText("\n".join(parts), pages, pages_read)


def _count(reader: PdfReader) -> int:
    """The pages that were found, or those that the file counts itself: pypdf leaves out pages that are missing."""
    found, tree = len(reader.pages), _entry(reader.root_object, "/Pages")
    counted = _entry(tree, "/Count") if isinstance(tree, DictionaryObject) else None
    return max(found, counted) if isinstance(counted, int) and counted <= _HIGHEST_COUNT else found


def _try(read: Callable[[PageObject], str], page: PageObject) -> str:
    """What `read` finds on a page, without signs that have no meaning; nothing when the page is damaged."""
    try:
        return read(page).replace("\ufffd", "")
    except Exception:  # noqa: BLE001 - pypdf raises anything for a broken page
        return ""


def _typed(page: PageObject) -> str:
    """The values of the form fields on a page, and the texts written over it."""
    texts, left = [], _MAX_TYPED
    for annotation in _dictionaries(_entry(page, "/Annots")):
        if left > 0 and _entry(annotation, "/Subtype") in _TYPED:
            found = (_entry(annotation, "/Contents"), _value(annotation))
            texts.append("\n".join(text for text in found if isinstance(text, str))[:left])
            left -= len(texts[-1])
    return "\n".join(texts)


def _value(field: DictionaryObject) -> object:
    """The value of a form field, which a field above it may hold."""
    for _ in range(_MAX_PARENTS):
        parent = _entry(field, "/Parent")
        if "/V" in field or not isinstance(parent, DictionaryObject):
            break
        field = parent
    return _entry(field, "/V")


def _entry(dictionary: DictionaryObject, key: str) -> object:
    """An entry itself; None when there is none. Unlike `[…]`, `get` would return the reference to it."""
    return dictionary[key] if key in dictionary else None  # noqa: SIM401


def _dictionaries(entry: object) -> Iterator[DictionaryObject]:
    """The dictionaries among the first entries of an array. Each may be a reference."""
    for one in itertools.islice(entry if isinstance(entry, ArrayObject) else (), _MAX_ANNOTATIONS):
        found = one.get_object()
        if isinstance(found, DictionaryObject):
            yield found
