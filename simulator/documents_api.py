"""The upload of LOA and bill, and the owner's answer to an internal transfer."""

import hashlib

from aiohttp import web

from simulator.bodies import UploadedFile, read_files
from simulator.errors import MISSING_PARAMETER, ApiError, not_found, unprocessable
from simulator.services import order_answer, order_of, services
from simulator.state import Order, Upload
from simulator.statuses import OPEN_NUMBER_STATUSES, UPLOAD_STATUSES

MAX_FILE_BYTES = 5 * 1024 * 1024
"""Each file at most 5 MB (Telnyx facts §9)."""

PDF_START = b"%PDF-"
PDF = "application/pdf"


async def upload(request: web.Request) -> web.Response:
    """Takes both documents and starts the review."""
    order = order_of(request)
    parts = services(request)
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
        raise unprocessable("The ownership of every phone number has to be verified first.", "/phone_numbers")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


async def approve(request: web.Request) -> web.Response:
    """The present owner agrees to the internal transfer."""
    return _decide(request, "approved")


async def reject(request: web.Request) -> web.Response:
    """The present owner refuses the internal transfer; the order fails."""
    return _decide(request, "rejected")


def _decide(request: web.Request, decision: str) -> web.Response:
    """The token works once; what Telnyx answers here is not documented, so the order is answered (Telnyx facts §1)."""
    order = order_of(request)
    if order.transfer is None or request.query.get("token") != order.transfer.token:
        raise not_found("The transfer request of this token")
    if order.transfer.decision != "pending" or order.is_final:
        raise unprocessable("The transfer request was answered already.", parameter="token")
    services(request).reviewer.decide_transfer(order, decision)
    return order_answer(request, order)
