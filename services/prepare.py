"""Turns what a person typed into a complete, checked request. Nothing is stored or started yet."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from domain.messages import HostingRequest, Options
from services import documents, parsing
from services.documents import CheckedPdf, Pdf


@dataclass(frozen=True)
class NewRequest:
    """A request as typed, with numbers in any US spelling."""

    reference: str
    messaging_profile_id: str
    phone_numbers: Sequence[str]
    account: str = "default"
    customer: str = ""
    loa: Pdf | None = None
    bill: Pdf | None = None
    options: Options = field(default_factory=Options)
    by: str = ""


@dataclass(frozen=True)
class PreparedRequest:
    """A request ready to be started, the PDFs to be stored with it, and what their reviewer may object to."""

    request: HostingRequest
    pdfs: tuple[CheckedPdf, ...] = ()
    warnings: tuple[str, ...] = ()


async def prepare(new: NewRequest) -> PreparedRequest:
    """Checks and normalizes every part of a request.

    Raises:
        Refused: a part is wrong. The text names the first one.
    """
    request = HostingRequest(
        reference=parsing.new_reference(new.reference),
        messaging_profile_id=parsing.profile(new.messaging_profile_id),
        phone_numbers=parsing.phone_numbers(new.phone_numbers),
        account=parsing.account(new.account),
        customer=parsing.customer(new.customer),
        options=new.options,
        by=new.by,
    )
    loa = None if new.loa is None else await documents.check(new.loa)
    bill = None if new.bill is None else await documents.check(new.bill)
    return await with_documents(request, loa, bill)


async def with_documents(request: HostingRequest, loa: CheckedPdf | None, bill: CheckedPdf | None) -> PreparedRequest:
    """A request that names its documents, prepared with the PDFs themselves."""
    named = {"loa": loa and loa.document, "bill": bill and bill.document}
    return PreparedRequest(
        request.model_copy(update=named),
        pdfs=tuple(pdf for pdf in (loa, bill) if pdf is not None),
        warnings=tuple(await documents.bill_warnings(bill, request.phone_numbers)),
    )
