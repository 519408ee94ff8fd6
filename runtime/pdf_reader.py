"""Opens a PDF of a stranger with pypdf, with limits that suit a letter and a bill.

pypdf is as forgiving as viewers are: it repairs what it can, and only what is left raises. A file that lost its last
line, the marker `%%EOF`, is opened as if it were there.
"""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from pypdf import Configuration, PdfReader, apply_configuration

from domain.documents import MAX_BYTES

# pypdf's own limits suit books. These keep one page below a few seconds.
_LIMITS = Configuration(
    maximum_declared_stream_length=MAX_BYTES,
    array_based_stream_maximum_output_length=10_000_000,
    zlib_maximum_output_length=10_000_000,
    zlib_maximum_recovery_input_length=500_000,
    lzw_maximum_output_length=10_000_000,
    run_length_maximum_output_length=10_000_000,
    brotli_maximum_output_length=10_000_000,
    stream_decoding_work_maximum_length=30_000_000,
    stream_parsing_work_maximum_count=200_000,
    page_tree_maximum_entries=10_000,
    page_tree_maximum_page_entries=100_000,
    xform_maximum_invocations_per_extraction=200,
    jbig2dec_binary=None,  # a stranger's file starts no other program
)

logging.getLogger("pypdf").setLevel(logging.ERROR)  # it warns of each repair, in words for programmers


@contextmanager
def open_pdf(content: bytes) -> Iterator[PdfReader]:
    """A reader of the file; the limits hold for what is done with it inside the `with` block.

    Raises:
        Exception: pypdf raises anything for a broken file.
    """
    if content.rfind(b"startxref") > content.rfind(b"%%EOF"):
        content = content.rstrip(b"%EO \r\n\t\0") + b"\n%%EOF\n"  # also half a marker
    with apply_configuration(_LIMITS):
        yield PdfReader(io.BytesIO(content), root_object_recovery_limit=1000)
