"""Turns a wish as typed into a request that is whole and gated, while nothing is stored or started yet."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from domain.messages import HostingRequest, Options
from services import documents, parsing
from services.documents import CheckedPdf


@dataclass(frozen=True)
class NewRequest:
    """What somebody asks for, as typed: numbers in any US spelling, documents as files."""

    reference: str
    messaging_profile_id: str
    phone_numbers: Sequence[str]
    account: str = "default"
    customer: str = ""
    loa: Path | None = None
    bill: Path | None = None
    options: Options = field(default_factory=Options)
    by: str = ""


@dataclass(frozen=True)
class PreparedRequest:
    """A request ready to be started, the papers to be stored with it, and what its reviewer may object to."""

    request: HostingRequest
    papers: tuple[CheckedPdf, ...] = ()
    warnings: tuple[str, ...] = ()


async def draft(wish: NewRequest) -> PreparedRequest:
    """Checks and normalizes every part of a wish.

    Raises:
        Refused: the first part that is wrong, in one sentence.
    """
    numbers = parsing.phone_numbers(wish.phone_numbers)
    request = HostingRequest(
        reference=parsing.reference(wish.reference),
        messaging_profile_id=parsing.profile(wish.messaging_profile_id),
        phone_numbers=numbers,
        account=parsing.account(wish.account),
        customer=parsing.customer(wish.customer),
        options=wish.options,
        by=wish.by,
    )
    loa = None if wish.loa is None else await documents.take(wish.loa)
    bill = None if wish.bill is None else await documents.take(wish.bill)
    warnings = await documents.bill_warnings(bill, numbers)
    return with_papers(PreparedRequest(request, warnings=tuple(warnings)), loa, bill)


def with_papers(draft: PreparedRequest, loa: CheckedPdf | None, bill: CheckedPdf | None) -> PreparedRequest:
    """The same draft with its papers named in the request."""
    named = {"loa": loa and loa.document, "bill": bill and bill.document}
    papers = tuple(paper for paper in (loa, bill) if paper is not None)
    return dataclasses.replace(draft, request=draft.request.model_copy(update=named), papers=papers)
