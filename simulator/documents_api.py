"""The call that uploads the LOA and the bill."""

import hashlib

from aiohttp import web

from simulator.bodies import UploadedFile, read_files
from simulator.errors import MISSING_PARAMETER, ApiError, unprocessable
from simulator.parts import order_answer, order_of, parts_of
from simulator.state import Order, Upload
from simulator.statuses import OPEN_NUMBER_STATUSES, UPLOAD_STATUSES

MAX_FILE_BYTES = 5 * 1024 * 1024
"""Of one file: 5 MB (docs/telnyx.md §9)."""

PDF_START = b"%PDF-"
PDF = "application/pdf"


async def upload(request: web.Request) -> web.Response:
    """Take both documents and start the review."""
    order = order_of(request)
    parts = parts_of(request)
    documents = await read_files(request)
    if order.status not in UPLOAD_STATUSES:
        raise ApiError(409, f"The order is {order.status}; it takes no documents now.")
    loa, bill = _pdf(documents, "loa"), _pdf(documents, "bill")
    if parts.world.settings.upload_needs_verified:
        _check_ownership(order)
    order.uploads.append(Upload(_sha256(loa), _sha256(bill)))
    order.record("documents uploaded")
    parts.reviewer.start_review(order)
    return order_answer(request, order)


def _pdf(documents: dict[str, UploadedFile], name: str) -> bytes:
    document = documents.get(name)
    if document is None:
        raise unprocessable(f"The file {name} is missing.", f"/{name}", code=MISSING_PARAMETER)
    if len(document.content) > MAX_FILE_BYTES:
        raise unprocessable(f"The file {name} is larger than 5 MB.", f"/{name}")
    if document.media_type != PDF or not document.content.startswith(PDF_START):
        raise unprocessable(f"The file {name} is not a PDF.", f"/{name}")
    return document.content


def _check_ownership(order: Order) -> None:
    if any(not number.verified and number.status in OPEN_NUMBER_STATUSES for number in order.numbers.values()):
        raise unprocessable("The ownership of every phone number must be verified first.", "/phone_numbers")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
