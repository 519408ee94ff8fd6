"""Turns a wish as typed into a request that is whole and gated, while nothing is stored or started yet."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from domain.messages import HostingRequest, Options
from support import documents, intake
from support.documents import Paper


@dataclass(frozen=True)
class Wish:
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
class Draft:
    """A request ready to be started, the papers to be stored with it, and what its reviewer may object to."""

    request: HostingRequest
    papers: tuple[Paper, ...] = ()
    warnings: tuple[str, ...] = ()


async def draft(wish: Wish) -> Draft:
    """Checks and normalizes every part of a wish.

    Raises:
        Refused: the first part that is wrong, in one sentence.
    """
    numbers = intake.phone_numbers(wish.phone_numbers)
    request = HostingRequest(
        reference=intake.reference(wish.reference),
        messaging_profile_id=intake.profile(wish.messaging_profile_id),
        phone_numbers=numbers,
        account=intake.account(wish.account),
        customer=intake.customer(wish.customer),
        options=wish.options,
        by=wish.by,
    )
    loa = None if wish.loa is None else await documents.take(wish.loa)
    bill = None if wish.bill is None else await documents.take(wish.bill)
    warnings = await documents.bill_warnings(bill, numbers)
    return with_papers(Draft(request, warnings=tuple(warnings)), loa, bill)


def with_papers(draft: Draft, loa: Paper | None, bill: Paper | None) -> Draft:
    """The same draft with its papers named in the request."""
    named = {"loa": loa and loa.document, "bill": bill and bill.document}
    papers = tuple(paper for paper in (loa, bill) if paper is not None)
    return dataclasses.replace(draft, request=draft.request.model_copy(update=named), papers=papers)
