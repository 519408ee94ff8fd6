"""What lists and the Temporal UI show of a request before its workflow has run. All of it is readable on the server."""

from typing import Any

from temporalio.common import SearchAttributePair, TypedSearchAttributes

from domain import command_hints
from domain.markdown import code, escape
from domain.messages import HostingRequest
from domain.phone_numbers import mask
from domain.text import join_some
from domain.vocabulary import Outcome, Step
from runtime.fingerprints import Fingerprints
from workflows import search_attributes as attributes

_SHOWN = 3  # numbers in a summary: the server keeps 400 bytes of it
_MOST_OF_A_CUSTOMER, _BEGINNING = 150, 20  # bytes, and signs, of which each may take six bytes


def searchable(fingerprints: Fingerprints | None, request: HostingRequest) -> TypedSearchAttributes:
    """The search attributes of a new request. Without fingerprints, its workflow adds those of its numbers."""
    pairs: list[SearchAttributePair[Any]] = [
        SearchAttributePair(attributes.STEP, Step.ELIGIBILITY.value),
        SearchAttributePair(attributes.OUTCOME, Outcome.RUNNING.value),
        SearchAttributePair(attributes.ACCOUNT, request.account),
    ]
    if fingerprints is not None:
        known = sorted(fingerprints.of(number) for number in request.phone_numbers)
        pairs.append(SearchAttributePair(attributes.PHONE_NUMBERS, known))
    if request.customer:
        pairs.append(SearchAttributePair(attributes.CUSTOMER, request.customer))
    return TypedSearchAttributes(pairs)


def summary(request: HostingRequest) -> str:
    """One line, such as `Host 3 numbers for acme (…0101, …0102, …0103)`."""
    count = len(request.phone_numbers)
    customer = f" for {_customer(request.customer)}" if request.customer else ""
    numbers = join_some((mask(number) for number in request.phone_numbers), _SHOWN)
    return f"Host {count} number{'s' if count != 1 else ''}{customer} ({numbers})"


def _customer(customer: str) -> str:
    """A customer as text in Markdown, or its beginning: with what escapes it, it may be several times as long."""
    whole = escape(customer)
    return whole if len(whole.encode()) <= _MOST_OF_A_CUSTOMER else f"{escape(customer[:_BEGINNING])}…"


def details(request: HostingRequest) -> str:
    """Markdown that stands beside the summary."""
    return "\n".join(
        [
            f"Started by **{escape(request.by) or 'unknown'}** for account {code(request.account)}.",
            "",
            f"- Messaging profile: {code(request.messaging_profile_id)}",
            f"- Documents at the start: {_documents(request)}",
            "",
            f"Where it stands and how to answer: {code(command_hints.show(request.reference))}",
        ]
    )


def _documents(request: HostingRequest) -> str:
    given = [name for name, document in (("LOA", request.loa), ("bill", request.bill)) if document is not None]
    return " and ".join(given) or "none yet"
